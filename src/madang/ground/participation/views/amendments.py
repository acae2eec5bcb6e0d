"""Suggestions of change: reading them, making one, and what their author says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.participation import operations, queries, things
from madang.ground.participation.discussion import DONE
from madang.ground.participation.forms_talk import AmendmentForm, DeclineForm, JoinForm
from madang.ground.participation.models import Amendment
from madang.ground.participation.views.answers import (
    REFUSALS,
    actor,
    back_to,
    card_or_404,
    carried_out,
    method_of,
    sign_in,
    status_of,
)
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Every suggestion for one thing."""
    subject, card = card_or_404(pk)
    if not card.thing.amendments:
        raise Http404(_("This takes no suggestions of change."))
    if not card.public:
        return redirect(card.url)
    moderates = can(request.user, "participation.moderate", subject.place)
    found = queries.amendments_of(pk, viewer=request.user, moderates=moderates, after=request.GET.get("after", ""))
    links = {
        name: f"?after={cursor}" if cursor else ""
        for name, cursor in (("next_url", found.next), ("prev_url", found.previous))
    }
    context = {"card": card, "subject": subject, "found": found, "crumbs": _crumbs(card), **links}
    return render(request, "talk/amendments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Suggest other words."""
    if not request.user.is_authenticated:
        return sign_in(request, request.path)
    subject, card = card_or_404(pk)
    if not card.thing.amendments:
        raise Http404(_("This takes no suggestions of change."))
    if not card.public:
        return redirect(card.url)
    require(request.user, "participation.suggest", card)
    code = queries.code_of(subject.place)
    words = operations.words_of(card)
    form = AmendmentForm(
        request.POST or None,
        initial={"title": words.title, "body": words.body},
        accepted=queries.has_accepted(request.user, code),
    )
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.suggest(
                subject_id=pk,
                by=actor(request),
                words=operations.Words(form.cleaned_data["title"], form.cleaned_data["body"]),
                reason=form.cleaned_data["reason"],
                client_key=form.cleaned_data["client_key"],
                accepts_conduct=form.accepts,
                now=timezone.now(),
            )
        except REFUSALS as refused:
            form.add_error(None, str(refused))
            status = status_of(refused)
        else:
            request.session[DONE] = f"amendment:{pk}:{request.user.pk}"
            if made.held:
                messages.warning(request, _("Your suggestion is held for review. It says why, below."))
            else:
                messages.success(request, _("Your suggestion is published. The author decides about it."))
            return redirect(made.amendment)
    context = {
        "card": card, "subject": subject, "form": form, "code": code, "crumbs": _crumbs(card, _("Suggest other words")),
        "code_url": reverse("talk:conduct", args=[subject.place.code]),
    }  # fmt: skip
    return render(request, "talk/amendment_new.html", context, status=status)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggestion, word by word."""
    made = _amendment(request, pk)
    return _show(request, made, _card(made))


def _show(
    request: HttpRequest,
    made: Amendment,
    card: things.Card,
    *,
    decline: DeclineForm | None = None,
    join: JoinForm | None = None,
    status: int = 200,
) -> HttpResponse:
    decides = can(request.user, "participation.decide_amendment", card) and made.status == "open" and card.amendable
    now_reads = operations.words_of(card) if decides else None
    joined = operations.joined(made, now_reads) if now_reads else None
    readable = made.is_shown or made.author_id == request.user.pk or _moderates(request, made)
    moved = now_reads is not None and (now_reads.title, now_reads.body) != (made.base_title, made.base_body)
    context = {
        "made": made,
        "card": card,
        "readable": readable,
        "difference": queries.suggested_by(made) if readable else None,
        "decides": decides and made.is_shown,
        "moved": moved,
        "conflict": decides and joined is None,
        "since": queries.difference((made.base_title, made.base_body), (now_reads.title, now_reads.body))
        if now_reads and moved
        else None,
        "decline": decline or DeclineForm(auto_id="decline_%s"),
        "join": join or JoinForm(initial={"title": made.title, "body": made.body}, auto_id="join_%s"),
        "draft_done": request.session.pop(DONE, "") if request.user.is_authenticated else "",
        "held": made.cases.filter(outcome="open").first() if made.visibility == "held" else None,
        "crumbs": _crumbs(card, _("Suggestion by %(name)s") % {"name": made.author.display_name}),
    }
    return render(request, "talk/amendment.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a suggestion over (POST); with `title` and `body`, as its author joined both by hand."""
    made = _amendment(request, pk)
    if answer := _not_to_decide(request, made):
        return answer
    card = _decided_by(request, made)
    form = JoinForm(request.POST, auto_id="join_%s") if "body" in request.POST else None
    if form is not None and not form.is_valid():
        return _show(request, made, card, join=form, status=422)
    by_hand = operations.Words(form.cleaned_data["title"], form.cleaned_data["body"]) if form else None
    try:
        operations.accept(amendment_id=pk, by=actor(request), now=timezone.now(), by_hand=by_hand)
    except REFUSALS as refused:
        messages.error(request, str(refused))
        return redirect(made)
    messages.success(request, _("The words are taken over. The history names who suggested them."))
    return redirect(card.url)


@require_http_methods(["GET", "HEAD", "POST"])
def refusal(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a suggestion with a reason."""
    made = _amendment(request, pk)
    if answer := _not_to_decide(request, made):
        return answer
    card = _decided_by(request, made)
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return _show(request, made, card, decline=form, status=422)
    refused = carried_out(
        lambda: operations.decline(
            amendment_id=pk, by=actor(request), answer=form.cleaned_data["answer"], now=timezone.now()
        ),
        form,
    )
    if refused:
        return _show(request, made, card, decline=form, status=status_of(refused))
    messages.success(request, _("The suggestion is declined; the person who made it is told why."))
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own suggestion back."""
    made = _amendment(request, pk)
    if request.method != "POST":
        return redirect(made)
    if not request.user.is_authenticated:
        return sign_in(request, made.get_absolute_url())
    require(request.user, "participation.withdraw_amendment", made)
    try:
        operations.withdraw_amendment(amendment_id=pk, by=actor(request), now=timezone.now())
    except REFUSALS as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your suggestion is taken back."))
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def support(request: HttpRequest, pk: int) -> HttpResponse:
    """Back a suggestion (POST), or take that back (DELETE)."""
    made = _amendment(request, pk)
    if request.method in {"GET", "HEAD"}:
        return redirect(made)
    if not request.user.is_authenticated:
        return sign_in(request, made.get_absolute_url())
    try:
        if method_of(request) == "DELETE":
            operations.take_back_amendment_support(amendment_id=pk, by=actor(request))
        else:
            operations.support_amendment(amendment_id=pk, by=actor(request), now=timezone.now())
    except REFUSALS as refused:
        messages.error(request, str(refused))
    return back_to(request, made.get_absolute_url())


def _not_to_decide(request: HttpRequest, made: Amendment) -> HttpResponse | None:
    """Reading leads to the suggestion, and a visitor signs in first."""
    if request.method != "POST":
        return redirect(made)
    return None if request.user.is_authenticated else sign_in(request, made.get_absolute_url())


def _decided_by(request: HttpRequest, made: Amendment) -> things.Card:
    """The card of what is amended, for its author. Raises PermissionDenied, Http404."""
    card = _card(made)
    require(request.user, "participation.decide_amendment", card)
    return card


def _amendment(request: HttpRequest, pk: int) -> Amendment:
    try:
        return queries.amendment(pk, viewer=request.user)
    except Amendment.DoesNotExist as missing:
        raise Http404(_("There is no such suggestion.")) from missing


def _card(made: Amendment) -> things.Card:
    card = things.card(made.subject_id)
    if card is None or not card.public:
        raise Http404(_("There is no such suggestion."))
    return card


def _moderates(request: HttpRequest, made: Amendment) -> bool:
    return can(request.user, "participation.moderate", made.subject.place)


def _crumbs(card: things.Card, here: str = "") -> list[dict[str, str]]:
    top = [{"label": card.title, "url": card.url}]
    listed = {"label": _("Suggestions of change"), "url": reverse("talk:amendments", args=[card.subject_id])}
    return [*top, listed, {"label": here, "url": ""}] if here else [*top, {**listed, "url": ""}]
