"""The statements of a deliberation, and adding one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from madang.engines.texts import privacy
from madang.explore.deliberations.forms import StatementForm
from madang.explore.deliberations.models import Statement
from madang.explore.deliberations.operations import statements as writing
from madang.explore.deliberations.operations.common import DeliberationError
from madang.explore.deliberations.queries import likeness, moderating
from madang.explore.deliberations.queries.taking_part import bar
from madang.explore.deliberations.views.frame import inside, page, readable, turning
from madang.explore.deliberations.views.taking_part import me_in
from madang.ground.footing.requests import to_sign_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.explore.deliberations.models import Deliberation, Participant


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Every statement that is shown, and why others are not."""
    deliberation = readable(request, pk)
    found = moderating.public_statements(deliberation, after=request.GET.get("after", ""))
    context = {
        "deliberation": deliberation, "page": found, "kept_back": moderating.kept_back(deliberation),
        "crumbs": inside(deliberation, _("Statements")), **turning(request, found),
    }  # fmt: skip
    return page(request, "deliberations/statements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a statement; similar ones are shown first."""
    deliberation = readable(request, pk)
    me = me_in(request, deliberation)
    refused = bar(deliberation, request.user, now=timezone.now())
    if refused and refused.code == "sign_in":
        return to_sign_in(request, request.path)
    if refused or me is None:
        messages.info(request, refused.message if refused else _("Begin to vote first; then you can add a statement."))
        return redirect(deliberation)
    form = StatementForm(request.POST or None)
    if request.method != "POST":
        return _form_page(request, deliberation, me, form)
    if "check" in request.POST or not form.is_valid():
        return _form_page(request, deliberation, me, form, status=200 if "check" in request.POST else 422)
    return _add(request, deliberation, me, form)


def _add(request: HttpRequest, deliberation: Deliberation, me: Participant, form: StatementForm) -> HttpResponse:
    try:
        added = writing.suggest(participant=me, text=form.cleaned_data["text"], now=timezone.now())
    except DeliberationError as refused:
        form.add_error("text", str(refused))
        return _form_page(request, deliberation, me, form, status=409)
    messages.success(request, _told(added))
    return redirect("deliberations:voting", deliberation.pk)


def _told(added: writing.Added) -> str:
    if added.statement.status == Statement.Status.SHOWN:
        text = _("Your statement is shown now. Others vote on it.")
    else:
        text = _("Thank you. Your statement is checked first; you will be told.")
    masked = sum(added.masked.values())
    note = ngettext("%(n)s piece of personal data was masked.", "%(n)s pieces of personal data were masked.", masked)
    return f"{text} {note % {'n': masked}}" if masked else text


def _form_page(
    request: HttpRequest, deliberation: Deliberation, me: Participant, form: StatementForm, *, status: int = 200
) -> HttpResponse:
    text = str(form["text"].value() or "")
    context = {
        "deliberation": deliberation, "form": form, **_found(deliberation, text),
        "left": max(0, deliberation.statement_limit - me.statements.count()),
        "crumbs": inside(deliberation, _("Add a statement")),
    }  # fmt: skip
    return page(request, "deliberations/statement_new.html", context, status=status)


def _found(deliberation: Deliberation, text: str) -> dict[str, object]:
    return {
        "near": likeness.near(deliberation, text), "asked": bool(text.strip()),
        "personal": bool(privacy.find(text[:2000])),
    }  # fmt: skip


@require_safe
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Statements near to what is being typed."""
    deliberation = readable(request, pk)
    context = {
        "deliberation": deliberation, **_found(deliberation, request.GET.get("text", "")[:600]),
        "crumbs": inside(deliberation, _("Similar statements")),
    }  # fmt: skip
    return page(request, "deliberations/similar.html", context, partial="similar")
