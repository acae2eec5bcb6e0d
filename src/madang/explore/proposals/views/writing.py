"""Writing, changing and withdrawing a proposal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.engines.texts import privacy
from madang.explore.proposals.forms import EditForm, ProposalForm, WithdrawalForm
from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations import drafts, images, writing
from madang.explore.proposals.queries import finding, listing
from madang.explore.proposals.queries.mine import draft_of
from madang.explore.proposals.views.reading import crumbs
from madang.explore.proposals.views.responses import (
    DONE,
    kind_and_count,
    masked_note,
    method_of,
    page,
    sign_in,
    typed_before,
)
from madang.ground.participation.conduct import shipped
from madang.ground.participation.operations import TooManyError
from madang.ground.participation.queries import code_of
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from madang.ground.participation.conduct import Code

READ_AND_POST = ["GET", "HEAD", "POST"]
# So much of what is typed tells what it is about; the rest would only make each look-up slower.
ENOUGH = 2000


def _found(request: HttpRequest, title: str, body: str, *, exclude: tuple[int, ...] = ()) -> dict[str, object]:
    """Similar proposals, and what would be masked, for the panel beside the form."""
    words = f"{title}\n{body}"[:ENOUGH].strip()
    counts = dict(privacy.mask(f"{title}\n{body}").counts)
    return {
        "similar": finding.similar(words, viewer=request.user, exclude=exclude),
        "asked": bool(words),
        "personal": [kind_and_count(kind, count) for kind, count in counts.items()],
    }


@require_http_methods(READ_AND_POST)
def new(request: HttpRequest) -> HttpResponse:
    """Write a proposal. `check` looks for similar ones and keeps the draft; everything else publishes."""
    if not request.user.is_authenticated:
        return sign_in(request, reverse("proposals:new"))
    if request.method != "POST":
        return _blank(request)
    form = ProposalForm(request.POST, request.FILES, offered=listing.choices())
    if "check" in request.POST:
        drafts.save_draft(by=request.user, fields=request.POST.dict(), now=timezone.now())
        unchecked = ProposalForm(initial=request.POST.dict(), offered=listing.choices())
        return _form_page(request, unchecked, looked=True)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    return _publish(request, form)


def _blank(request: HttpRequest) -> HttpResponse:
    draft = draft_of(request.user)
    home = request.user.home  # type: ignore[union-attr]
    typed = typed_before(request) or (draft.fields if draft else {})
    initial = {"place": home.code if home else "", **{key: value for key, value in typed.items() if value}}
    if not typed and request.GET.get("place"):
        initial["place"] = request.GET["place"][:10]
    return _form_page(request, ProposalForm(initial=initial, offered=listing.choices()), draft=draft)


def _publish(request: HttpRequest, form: ProposalForm) -> HttpResponse:
    try:
        written = writing.write(
            by=request.user,  # type: ignore[arg-type]
            place=form.cleaned_data["place"],
            typed=form.typed(),
            pictures=form.prepared,
            now=timezone.now(),
        )
    except (TooManyError, writing.UnfitTextError, images.ImageRefusedError) as refused:
        drafts.save_draft(by=request.user, fields=request.POST.dict(), now=timezone.now())  # type: ignore[arg-type]
        form.add_error(None, str(refused))
        return _form_page(request, form, status=429 if isinstance(refused, TooManyError) else 422)
    request.session[DONE] = f"proposal:new:{request.user.pk}"
    messages.success(request, " ".join([_("Your proposal is published."), masked_note(written.masked)]).strip())
    return redirect(written.proposal)


def _form_page(
    request: HttpRequest, form: ProposalForm, *, status: int = 200, looked: bool = False, **more: object
) -> HttpResponse:
    title, body = (str(form[name].value() or "") for name in ("title", "body"))
    found = _found(request, title, body) if looked or form.is_bound else {}
    context = {
        "form": form,
        "looked": looked,
        "draft_key": f"proposal:new:{request.user.pk}",
        "crumbs": crumbs((_("Write a proposal"), "")),
        "code": _code(request),
        **found,
        **more,
    }
    return page(request, "proposals/new.html", context, status=status)


def _code(request: HttpRequest) -> Code:
    """The rules of one's home; publishing is taking note of them."""
    home = getattr(request.user, "home", None)
    return code_of(home) if home else shipped()


@require_http_methods(READ_AND_POST)
def similar(request: HttpRequest) -> HttpResponse:
    """Proposals similar to what is being typed, with the words both share (GET, or POST for long texts)."""
    data = request.POST if request.method == "POST" else request.GET
    title, body = data.get("title", "")[:500], data.get("body", "")[:40_000]
    found = _found(request, title, body, exclude=_numbers(data.get("exclude", "")))
    context = {**found, "title": title, "body": body, "crumbs": crumbs((_("Similar proposals"), ""))}
    return page(request, "proposals/similar.html", context, partial="similar")


def _numbers(value: str) -> tuple[int, ...]:
    return (int(value),) if value.isdecimal() and len(value) < 19 else ()


@require_http_methods(["GET", "HEAD", "POST", "PUT", "DELETE"])
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what was typed (PUT, POST) or discard it (DELETE). 401 without a session: the browser keeps it then."""
    if not request.user.is_authenticated:
        return HttpResponse(
            _("Sign in again to keep your draft."), status=401, content_type="text/plain; charset=utf-8"
        )
    method = method_of(request)
    if method in {"GET", "HEAD"}:
        return redirect("proposals:new")
    if method == "DELETE":
        drafts.discard_draft(by=request.user)
        if request.method == "POST":
            request.session[DONE] = f"proposal:new:{request.user.pk}"
            messages.success(request, _("The draft is discarded."))
            return redirect("proposals:new")
        return HttpResponse(status=204)
    try:
        fields = _fields(request)
    except ValueError:
        return HttpResponse("Send a form or a JSON object.", status=400, content_type="text/plain")
    drafts.save_draft(by=request.user, fields=fields, now=timezone.now())
    return HttpResponse(status=204)


def _fields(request: HttpRequest) -> Mapping[str, object]:
    """The typed fields from JSON or a form. Raises ValueError for anything else."""
    if request.content_type == "application/json":
        data = json.loads(request.body)
        if not isinstance(data, dict):
            raise ValueError
        return data
    return request.POST.dict() if request.method == "POST" else QueryDict(request.body).dict()


@require_http_methods(READ_AND_POST)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own proposal, as long as nobody builds on its words."""
    if not request.user.is_authenticated:
        return sign_in(request, reverse("proposals:edit", args=[pk]))
    proposal = _own(request, pk, "proposals.edit")
    if reason := writing.why_not_editable(proposal):
        return _edit_page(request, proposal, None, reason=reason, status=200 if request.method != "POST" else 409)
    stored = list(proposal.images.all())
    if request.method != "POST":
        names = ("title", "body", "field", "latitude", "longitude")
        initial = {name: getattr(proposal, name) for name in names} | typed_before(request)
        return _edit_page(request, proposal, EditForm(initial=initial, stored=stored, offered=listing.choices()))
    form = EditForm(request.POST, request.FILES, stored=stored, offered=listing.choices())
    if not form.is_valid():
        return _edit_page(request, proposal, form, status=422)
    return _change(request, proposal, form)


def _own(request: HttpRequest, pk: int, permission: str) -> Proposal:
    proposal = get_object_or_404(Proposal.objects.select_related("author", "place__parent", "subject"), pk=pk)
    if not can(request.user, permission, proposal):
        raise PermissionDenied(_("Only the writer of a proposal can do this."))
    return proposal


def _change(request: HttpRequest, proposal: Proposal, form: EditForm) -> HttpResponse:
    try:
        written = writing.edit(
            proposal_id=proposal.pk,
            by=request.user,  # type: ignore[arg-type]
            typed=form.typed(),
            pictures=form.prepared,
            remove_images=form.cleaned_data.get("remove", []),
            now=timezone.now(),
        )
    except (writing.NotEditableError, writing.UnfitTextError, images.ImageRefusedError) as refused:
        form.add_error(None, str(refused))
        return _edit_page(request, proposal, form, status=409)
    request.session[DONE] = f"proposal:{proposal.pk}:{request.user.pk}"
    messages.success(request, " ".join([_("Your changes are published."), masked_note(written.masked)]).strip())
    return redirect(written.proposal)


def _edit_page(
    request: HttpRequest, proposal: Proposal, form: EditForm | None, *, status: int = 200, reason: str = ""
) -> HttpResponse:
    context = {
        "proposal": proposal,
        "form": form,
        "reason": reason,
        "draft_key": f"proposal:{proposal.pk}:{request.user.pk}",
        "crumbs": crumbs((proposal.title, proposal.get_absolute_url()), (_("Change"), "")),
    }
    return page(request, "proposals/edit.html", context, status=status)


@require_http_methods(READ_AND_POST)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take one's own proposal back."""
    if not request.user.is_authenticated:
        return sign_in(request, reverse("proposals:withdrawal", args=[pk]))
    proposal = _own(request, pk, "proposals.withdraw")
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.withdraw(proposal_id=pk, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now())
        except writing.NotWithdrawableError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your proposal is withdrawn. Its text is no longer shown."))
            return redirect(proposal)
    trail = crumbs((proposal.title, proposal.get_absolute_url()), (_("Withdraw"), ""))
    context = {"proposal": proposal, "form": form, "crumbs": trail}
    return page(request, "proposals/withdrawal.html", context, status=409 if form.errors else 200)
