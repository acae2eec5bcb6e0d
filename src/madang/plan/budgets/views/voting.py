"""Voting: why one may or may not, the ballot, its receipt, and the turnout."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.people.permissions import actor
from madang.plan.budgets import lane
from madang.plan.budgets.forms_voting import marks_of
from madang.plan.budgets.models import Voter
from madang.plan.budgets.operations import casting, registering
from madang.plan.budgets.operations.registering import AGE_BANDS
from madang.plan.budgets.queries import ballot, proving
from madang.plan.budgets.queries.eligibility import eligibility, vote_phase, voting_hurdle
from madang.plan.budgets.queries.turnout import LEAST
from madang.plan.budgets.queries.turnout import turnout as read_turnout
from madang.plan.budgets.views.frame import crumbs, seen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.plan.budgets.models import Budget


def _standing_as(request: HttpRequest, budget: Budget) -> Voter | None:
    """The voter as whom this account votes here: itself, or what `as` names of its own."""
    mine = ballot.voters_of(budget, request.user)
    asked = request.POST.get("as") or request.GET.get("as")
    return next((one for one in mine if str(one.pk) == asked), mine[0] if mine else None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot: read, saved and submitted."""
    budget = seen(request, pk)
    voter = _standing_as(request, budget)
    if voter is None:
        return _start(request, budget)
    hurdle = voting_hurdle(budget, vote_phase(budget), timezone.now())
    if request.method == "POST":
        return _cast(request, budget, voter)
    if hurdle or voter.channel == Voter.Channel.PAPER:
        context = {"hurdles": [hurdle] if hurdle else [], "voter": voter}
        return _render(request, "budgets/voting/closed.html", budget, context)
    return _ballot(request, budget, voter)


def _render(
    request: HttpRequest, template: str, budget: Budget, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    shared = {"budget": budget, "crumbs": crumbs(budget, (_("Vote"), ""))}
    return render(request, template, shared | context, status=status)


def _start(
    request: HttpRequest, budget: Budget, *, refused: registering.NotEligibleError | None = None
) -> HttpResponse:
    checked = eligibility(user=request.user, budget=budget, now=timezone.now())
    context = {"checked": checked, "ages": AGE_BANDS, "refused": refused, "phase": vote_phase(budget)}
    return _render(request, "budgets/voting/start.html", budget, context, 409 if refused else 200)


@login_required
@require_POST
def voter(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin: enter this person among the voters."""
    budget = seen(request, pk)
    sent = request.POST
    try:
        made = registering.register(
            budget=budget, by=actor(request.user), now=timezone.now(), capacity=sent.get("capacity", ""),
            age_band=sent.get("age_band", ""), of_age=bool(sent.get("of_age")),
        )  # fmt: skip
    except registering.NotEligibleError as refused:
        return _start(request, budget, refused=refused)
    return redirect(f"{reverse('budgets:ballot', args=[pk])}?as={made.pk}")


def _ballot(
    request: HttpRequest, budget: Budget, voter: Voter, *, choices: list[int] | None = None,
    points: list[int] | None = None, refused: casting.Outcome | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    context = {
        "page": ballot.page(voter, budget, choices=choices, points=points), "refused": refused,
        "ticket": lane.ticket(voter=voter.pk, budget=budget.pk, now=now), "phase": vote_phase(budget),
    }  # fmt: skip
    return _render(request, "budgets/voting/ballot.html", budget, context, 422 if refused else 200)


def _cast(request: HttpRequest, budget: Budget, voter: Voter) -> HttpResponse:
    sent = request.POST
    choices, points = marks_of(sent, budget)
    key = None
    with contextlib.suppress(ValueError):
        key = uuid.UUID(sent.get("key", ""))
    seen_version = int(sent["seen"]) if sent.get("seen", "").isdecimal() and len(sent["seen"]) < 9 else None
    submit = sent.get("action") != "save"
    try:
        casting.cast(
            voter=voter, choices=choices, points=points, now=timezone.now(), submit=submit, key=key, seen=seen_version
        )
    except casting.BallotRefusedError as refused:
        if refused.outcome.state == "closed":
            messages.error(request, str(refused))
            return redirect("budgets:ballot", budget.pk)
        return _ballot(request, budget, voter, choices=choices, points=points, refused=refused.outcome)
    if submit:
        return redirect(f"{reverse('budgets:receipt', args=[budget.pk])}?as={voter.pk}&new=1")
    messages.success(request, _("Saved. It counts once you submit it."))
    return redirect(f"{reverse('budgets:ballot', args=[budget.pk])}?as={voter.pk}")


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own receipt, and a look whether any receipt is among the ballots."""
    budget = seen(request, pk)
    mine = _standing_as(request, budget)
    code = request.GET.get("code", "")
    context = {
        "voter": mine, "own": getattr(mine, "ballot", None), "new": "new" in request.GET,
        "code": code, "found": proving.find(budget, code) if code else None, "phase": vote_phase(budget),
        "crumbs": crumbs(budget, (_("Receipt"), "")),
    }  # fmt: skip
    return _render(request, "budgets/voting/receipt.html", budget, context)


@require_safe
def turnout(request: HttpRequest, pk: int) -> HttpResponse:
    """How many have voted, by district; live until the close."""
    budget = seen(request, pk)
    phase = vote_phase(budget)
    if phase is None or phase.starts_at > timezone.now():
        raise Http404(_("The vote has not begun yet."))
    context = {
        "turnout": read_turnout(budget), "phase": phase, "least": LEAST, "open": phase.ends_at > timezone.now(),
        "crumbs": crumbs(budget, (_("Turnout"), "")),
    }  # fmt: skip
    return _render(request, "budgets/voting/turnout.html", budget, context)
