"""The page on which somebody votes: the projects in this voter's order, and the ballot as it stands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madang.plan.budgets.models import Ballot, Budget, Pot, Project, Voter
from madang.plan.budgets.queries.ballot_rules import ballots_of
from madang.plan.budgets.voting.shuffling import shuffled
from madang.plan.budgets.voting.validity import BASKET, ORDERED, POINTS, Problem, problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.plan.budgets.voting.validity import Ballots


@dataclass(frozen=True)
class Card:
    """A project as it stands on the ballot. rank: 1 for the first of a ranking, points: of a cumulative ballot."""

    project: Project
    pot: Pot
    chosen: bool
    rank: int = 0
    points: int = 0


@dataclass(frozen=True)
class PotState:
    """A pot with what the basket takes of it."""

    pot: Pot
    used: int

    @property
    def left(self) -> int:
        return self.pot.amount - self.used


@dataclass(frozen=True)
class BallotPage:
    """What the page draws. seen: the version on which it stands; key: of the change that its form will send."""

    budget: Budget
    voter: Voter
    cards: Sequence[Card]
    rules: Ballots
    pots: Sequence[PotState]
    choices: Sequence[int]
    seen: int
    submitted: Ballot | None
    unsent: bool
    key: str
    problems: Sequence[Problem] = ()
    places: Sequence[Any] = field(default=())
    themes: Sequence[tuple[str, str]] = field(default=())

    @property
    def ordered(self) -> list[Card]:
        """The chosen cards of a ranking, best first."""
        return sorted((one for one in self.cards if one.rank), key=lambda one: one.rank)

    @property
    def ranks(self) -> range:
        return range(1, (self.rules.limit or len(self.cards)) + 1)

    @property
    def points_left(self) -> int:
        return (self.rules.points or 0) - sum(one.points for one in self.cards)

    @property
    def is_basket(self) -> bool:
        return self.rules.kind == BASKET

    @property
    def is_ranking(self) -> bool:
        return self.rules.kind == ORDERED

    @property
    def is_points(self) -> bool:
        return self.rules.kind == POINTS

    @property
    def can_be_blank(self) -> bool:
        return self.rules.least == 0


def page(
    voter: Voter, budget: Budget, *, choices: Sequence[int] | None = None, points: Sequence[int] | None = None
) -> BallotPage:
    """The page of a voter (four queries). choices, points: as just sent, where they were refused."""
    pots = list(budget.pots.select_related("place").defer("place__boundary"))
    rows = budget.projects.filter(status__in=Project.ON_BALLOT).select_related("place").prefetch_related("images")
    projects = {one.number: one for one in rows.defer("body", "place__boundary")}
    for one in projects.values():
        one.budget = budget
    ballot: Ballot | None = getattr(voter, "ballot", None)
    marked, given, unsent = _standing(ballot, choices, points)
    rules = ballots_of(budget, projects.values(), pots)
    marked = [one for one in marked if one in projects]
    return BallotPage(
        budget=budget, voter=voter, cards=_cards(voter, budget, projects, pots, marked, given), rules=rules,
        pots=_pots(pots, projects, marked), choices=marked, seen=ballot.version if ballot else 0,
        submitted=ballot if ballot and ballot.submitted_at else None, unsent=unsent, key=str(uuid.uuid4()),
        problems=problems(rules, marked, given if rules.kind == POINTS else None, home=voter.district_id)
        if unsent or choices is not None else (),
        places=_unique((one.place for one in projects.values()), "code"),
        themes=sorted({(one.field, str(one.get_field_display())) for one in projects.values() if one.field}),
    )  # fmt: skip


def _standing(
    ballot: Ballot | None, choices: Sequence[int] | None, points: Sequence[int] | None
) -> tuple[list[int], list[int] | None, bool]:
    """What is marked, and whether that differs from what was submitted."""
    if choices is not None:
        return list(choices), list(points) if points else None, True
    if ballot is None:
        return [], None, False
    if ballot.draft_choices is not None:
        return ballot.draft_choices, ballot.draft_points, ballot.draft_choices != [] or ballot.submitted_at is not None
    return ballot.choices, ballot.points, False


def _cards(
    voter: Voter, budget: Budget, projects: dict[int, Project], pots: Sequence[Pot], marked: Sequence[int],
    given: Sequence[int] | None,
) -> list[Card]:  # fmt: skip
    by_pot = {one.pk: one for one in pots}
    ranks = {number: at for at, number in enumerate(marked, 1)}
    points = dict(zip(marked, given or (), strict=False))
    return [
        Card(
            projects[number], by_pot[projects[number].pot_id or 0], number in ranks,
            ranks.get(number, 0) if budget.ballot_type == ORDERED else 0, points.get(number, 0),
        )
        for number in shuffled(projects, voter=voter.pk, seed=budget.seed)
    ]  # fmt: skip


def _pots(pots: Sequence[Pot], projects: dict[int, Project], marked: Sequence[int]) -> list[PotState]:
    used = {one.pk: 0 for one in pots}
    for number in marked:
        used[projects[number].pot_id or 0] += projects[number].cost or 0
    return [PotState(one, used[one.pk]) for one in pots]


def _unique(rows: Any, name: str) -> list[Any]:
    return sorted({getattr(one, name): one for one in rows}.values(), key=lambda one: getattr(one, name))


def voters_of(budget: Budget, user: object) -> list[Voter]:
    """The voters that an account is in a budget: oneself, and the organizations for which one votes (one query)."""
    if not getattr(user, "is_authenticated", False):
        return []
    rows = Voter.objects.filter(budget=budget, user=user).select_related("district", "ballot", "organization")  # type: ignore[misc]
    return list(rows.defer("district__boundary").order_by("pk"))
