"""What is asked of a ballot of a budget, from its rows; kept for a moment, since a frozen budget does not change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from madang.plan.budgets.models import Budget, Pot, Project
from madang.plan.budgets.voting.validity import Ballots, Option

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = 60.0
_kept: dict[tuple[int, str], tuple[float, Ballots]] = {}


def ballots_of(budget: Budget, projects: Iterable[Project] | None = None, pots: Iterable[Pot] | None = None) -> Ballots:
    """The rules of a budget's ballots (two queries, none where the rows are at hand)."""
    pots = list(budget.pots.all() if pots is None else pots)
    rows = on_ballot(budget) if projects is None else projects
    districts = {pot.pk: pot.place_id for pot in pots}
    options = {
        one.number: Option(one.number, one.cost or 0, one.pot_id or 0, districts.get(one.pot_id or 0), one.title)
        for one in rows
    }
    return Ballots(
        kind=budget.ballot_type, least=budget.least_choices, most=budget.most_choices, points=budget.points,
        own_and=budget.own_district_and, options=options, pots={pot.pk: pot.amount for pot in pots},
        names={pot.pk: pot.name for pot in pots},
    )  # fmt: skip


def on_ballot(budget: Budget) -> Iterable[Project]:
    """The projects that are put to the vote, or were."""
    return budget.projects.filter(status__in=Project.ON_BALLOT).only(
        "subject_id", "number", "cost", "pot_id", "title", "budget_id"
    )


def frozen_ballots(budget: Budget) -> Ballots:
    """As `ballots_of`, kept in this process by the digest under which the rules were frozen."""
    key = (budget.pk, budget.frozen_digest)
    found = _kept.get(key)
    if found and found[0] > time.monotonic() and budget.frozen_digest:
        return found[1]
    made = ballots_of(budget)
    if len(_kept) > 200:
        _kept.clear()
    _kept[key] = (time.monotonic() + SECONDS, made)
    return made
