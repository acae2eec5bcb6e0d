"""Checking statements, and their wording, order and removal before voting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.explore.deliberations.forms import WordingForm
from madang.explore.deliberations.models import Statement
from madang.explore.deliberations.operations import moderation
from madang.explore.deliberations.operations import statements as writing
from madang.explore.deliberations.operations.common import DeliberationError
from madang.explore.deliberations.permissions import EDIT
from madang.explore.deliberations.queries import moderating
from madang.explore.deliberations.views.frame import editable, inside, page, turning
from madang.explore.deliberations.views.office import actor, signed_in
from madang.ground.footing.requests import back_to
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@signed_in
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Statements by status, those that wait first."""
    deliberation = editable(request, pk)
    asked = request.GET.get("status", "")
    found = moderating.statements_of(deliberation, status=asked, after=request.GET.get("after", ""))
    tabs = [
        {"label": status.label, "url": f"?status={status}", "current": status == found.status,
         "count": found.counts.get(status, 0)}
        for status in moderating.STATUSES
    ]  # fmt: skip
    context = {
        "deliberation": deliberation, "found": found, "page": found.page, "tabs": tabs,
        "crumbs": inside(deliberation, _("Check statements")), **turning(request, found.page),
    }  # fmt: skip
    return page(request, "deliberations/moderation.html", context)


def _statement(request: HttpRequest, pk: int) -> Statement:
    """The statement, for those who moderate it. Raises Http404, PermissionDenied."""
    rows = Statement.objects.select_related("deliberation__place__parent", "deliberation__subject")
    try:
        found = rows.get(pk=pk)
    except Statement.DoesNotExist as missing:
        raise Http404(_("There is no such statement.")) from missing
    require(request.user, EDIT, found.deliberation)
    return found


@require_POST
@signed_in
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a statement, or do not, with a reason."""
    statement = _statement(request, pk)
    back = reverse("deliberations:moderation", args=[statement.deliberation_id])
    try:
        if request.POST.get("outcome") == "show":
            moderation.show(statement_id=pk, by=actor(request), now=timezone.now())
            messages.success(request, _("The statement is shown."))
        else:
            reason = request.POST.get("reason", "")
            moderation.reject(statement_id=pk, reason=reason, by=actor(request), now=timezone.now())
            messages.success(request, _("The statement is not shown; its author is told why."))
    except DeliberationError as refused:
        messages.error(request, str(refused))
    return back_to(request, back)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def wording(request: HttpRequest, pk: int) -> HttpResponse:
    """Words and translations of a statement."""
    statement = _statement(request, pk)
    deliberation = statement.deliberation
    form = WordingForm(request.POST or None, statement=statement, languages=deliberation.languages)
    if request.method == "POST" and form.is_valid() and _reworded(request, statement, form):
        messages.success(request, _("The statement is kept."))
        return redirect("deliberations:preparation", deliberation.pk)
    context = {
        "deliberation": deliberation, "statement": statement, "form": form, "title": _("Wording and translations"),
        "crumbs": inside(deliberation, _("Wording and translations")),
    }  # fmt: skip
    return page(request, "deliberations/decision.html", context, status=422 if form.errors else 200)


def _reworded(request: HttpRequest, statement: Statement, form: WordingForm) -> bool:
    try:
        writing.reword(
            statement_id=statement.pk, text=form.cleaned_data["text"], translations=form.translations(),
            is_meta=form.cleaned_data["is_meta"], by=actor(request), now=timezone.now(),
        )  # fmt: skip
    except DeliberationError as refused:
        form.add_error("text", str(refused))
        return False
    return True


@require_POST
@signed_in
def position(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a statement up or down before voting."""
    statement = _statement(request, pk)
    try:
        writing.move(statement_id=pk, up=request.POST.get("direction") == "up", by=actor(request))
    except DeliberationError as refused:
        messages.error(request, str(refused))
    return redirect("deliberations:preparation", statement.deliberation_id)


@require_POST
@signed_in
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a statement out before voting."""
    statement = _statement(request, pk)
    try:
        writing.remove(statement_id=pk, by=actor(request))
    except DeliberationError as refused:
        messages.error(request, str(refused))
    return redirect("deliberations:preparation", statement.deliberation_id)
