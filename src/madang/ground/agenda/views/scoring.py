"""How an item was scored, and one's own scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.ground.agenda import operations, queries
from madang.ground.agenda.forms import ScoreForm
from madang.ground.agenda.permissions import SCORE
from madang.ground.agenda.views.frame import actor, carried_out, crumbs, item_or_404
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.ground.agenda.models import AgendaItem


@require_http_methods(["GET", "HEAD", "POST"])
def scores(request: HttpRequest, pk: int) -> HttpResponse:
    """How an item was scored; those who may score find their own form below."""
    item = item_or_404(pk)
    found = queries.scores_of(item)
    form = _score_form(request, item, found) if can(request.user, SCORE, item) else None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        require(request.user, SCORE, item)
        if form and form.is_valid() and carried_out(lambda: _score(request, item, form), form):
            messages.success(request, _("Your scores are kept."))
            return redirect("agenda:scores", pk=pk)
    context = {"item": item, "scores": found, "form": form, "crumbs": crumbs(item, _("Scores"))}
    return render(request, "agenda/scores.html", context, status=422 if request.method == "POST" else 200)


def _score_form(request: HttpRequest, item: AgendaItem, found: queries.Scores) -> ScoreForm:
    criteria = [spread.criterion for spread in found.spreads]
    given = queries.own_scores(item, actor(request))
    return ScoreForm(request.POST or None, criteria=criteria, given=given)


def _score(request: HttpRequest, item: AgendaItem, form: ScoreForm) -> int:
    return operations.score(
        item=item,
        values=form.values(),
        notes=form.notes(),
        by=actor(request),
        now=timezone.now(),
    )
