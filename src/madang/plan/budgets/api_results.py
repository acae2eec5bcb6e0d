"""Results of participatory budgets: turnout, winners with their reasons, and the open data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from madang.ground.footing.rest import ProblemError, Shape
from madang.plan.budgets.models import Budget
from madang.plan.budgets.queries import projects, results
from madang.plan.budgets.queries.eligibility import vote_phase
from madang.plan.budgets.queries.turnout import turnout as read_turnout

router = Router(tags=["budgets"])


class DistrictTurnout(Shape):
    place: str | None = Field(description="Code of the district; null where voters told none.")
    voters: int | None = Field(description="Null where the number is too small to be told.")


class TurnoutOut(Shape):
    """How many have voted; never what."""

    total: int
    eligible: int | None
    online: int
    paper: int
    districts: list[DistrictTurnout]


class WhyOut(Shape):
    """A project in the result."""

    number: int
    title: str
    cost: int
    votes: int
    won: bool
    round: int = Field(description="Place among the winners, 0 for others.")
    reason: str = Field(description="won, short, misfit, conflict, limit, needs, … as in docs/methods/ballots.md")
    missing: float | None = Field(description="Of its supporters' shares, where they fell short.")
    approvals: int | None = Field(description="How many more supporters would have been enough.")


class ResultOut(Shape):
    """The published result."""

    published_at: datetime
    rule: str
    amount: int
    cost: int
    voters: int
    projects: list[WhyOut]
    engine: str
    digest: str = Field(description="Of the ballots, as the public record has it.")
    open_data: str = Field(description="The .pb text, byte for byte as it was counted.")
    open_data_digest: str = Field(description="SHA-256 of it.")


def _seen(request: HttpRequest, pk: int) -> Budget:
    try:
        return projects.budget_for(pk, request.user)
    except Budget.DoesNotExist as missing:
        raise ProblemError("not-found", _("There is no such budget.")) from missing


@router.get("/budgets/{int:pk}/turnout", response=TurnoutOut, operation_id="getTurnout", summary="How many have voted")
def get_turnout(request: HttpRequest, pk: int) -> dict[str, Any]:
    """By district, with small numbers hidden; from the first day of the vote."""
    budget = _seen(request, pk)
    phase = vote_phase(budget)
    if phase is None or phase.starts_at > timezone.now():
        raise ProblemError("not-found", _("The vote has not begun yet."))
    found = read_turnout(budget)
    districts = [{"place": one.place.code if one.place else None, "voters": one.voters} for one in found.districts]
    return {
        "total": found.total, "eligible": found.eligible, "online": found.online, "paper": found.paper,
        "districts": districts,
    }  # fmt: skip


@router.get("/budgets/{int:pk}/result", response=ResultOut, operation_id="getResult", summary="Its published result")
def get_result(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Winners in the order in which they won, then the others, with what was missing; and all ballots."""
    budget = _seen(request, pk)
    count = results.official(budget)
    if count is None or count.published_at is None:
        raise ProblemError("not-found", _("No result is public yet."))
    found = results.result(budget, count)
    return {
        "published_at": count.published_at, "rule": count.outcome["rule"], "amount": found.amount, "cost": found.cost,
        "voters": count.voters, "projects": [_why(one) for one in (*found.rounds, *found.lost)],
        "engine": count.engine_version, "digest": count.input_digest, "open_data": count.open_data,
        "open_data_digest": count.open_data_digest,
    }  # fmt: skip


def _why(one: results.Row) -> dict[str, Any]:
    return {
        "number": one.project.number, "title": one.project.title, "cost": one.project.cost or 0,
        "votes": one.why.get("votes", 0), "won": one.won, "round": one.place, "reason": one.why.get("reason", ""),
        "missing": one.why.get("missing"), "approvals": one.why.get("approvals"),
    }  # fmt: skip
