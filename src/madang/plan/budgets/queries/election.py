"""From the rows of a budget to an election that the engine counts, and to its options."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from madang.engines.ballots.election import Election, Limit
from madang.engines.ballots.election import Project as Candidate
from madang.engines.ballots.outcome import Options
from madang.plan.budgets.models import Ballot, Budget, ConflictMember, Project, Voter
from madang.plan.budgets.models.budgets import Rule
from madang.plan.budgets.voting.validity import ORDERED, POINTS

if TYPE_CHECKING:
    from madang.engines.ballots.election import BallotType
    from madang.plan.budgets.models import Phase, Pot

METHODS = {Voter.Channel.ONLINE: "internet", Voter.Channel.PAPER: "paper", Voter.Channel.IMPORTED: ""}


@dataclass(frozen=True)
class Cast:
    """The counted ballots in the order of their pseudonyms, and what is known of their voters."""

    choices: Sequence[Sequence[int]]
    points: Sequence[Sequence[int] | None]
    attributes: Mapping[str, Sequence[str]]

    @property
    def hashable(self) -> list[object]:
        """Each ballot as one value, for the privacy check."""
        return [(tuple(one), tuple(given or ())) for one, given in zip(self.choices, self.points, strict=True)]


def cast_ballots(budget: Budget) -> Cast:
    """Read the ballots that have a pseudonym (one query)."""
    rows = Ballot.objects.filter(budget=budget, pseudonym__isnull=False).order_by("pseudonym")
    found = list(
        rows.values_list("choices", "points", "voter__district__name_ko", "voter__age_band", "voter__channel").iterator(
            chunk_size=20_000
        )
    )
    return Cast(
        choices=[row[0] for row in found], points=[row[1] for row in found],
        attributes={
            "district": [row[2] or "" for row in found], "age": [row[3] for row in found],
            "voting_method": [METHODS[Voter.Channel(row[4])] for row in found],
        },
    )  # fmt: skip


def submitted_ballots(budget: Budget) -> Cast:
    """Read what was submitted, whether or not it was counted, in the order of the voters (one query)."""
    rows = Ballot.objects.filter(budget=budget, submitted_at__isnull=False).order_by("voter_id")
    found = list(rows.values_list("choices", "points").iterator(chunk_size=20_000))
    return Cast([row[0] for row in found], [row[1] for row in found], {})


def projects_on(budget: Budget) -> list[Project]:
    """The projects on the ballot, by number; before the freeze those that would be (one query)."""
    wanted = Project.ON_BALLOT if budget.frozen_at else (*Project.ON_BALLOT, Project.Status.FEASIBLE)
    rows = Project.objects.filter(budget=budget, status__in=wanted, cost__isnull=False, pot__isnull=False)
    rows = rows.select_related("place", "pot__place").order_by("number")
    return list(rows.defer("body", "place__boundary", "pot__place__boundary"))


def election_of(
    budget: Budget, cast_: Cast, columns: Mapping[str, Sequence[str]] | None = None, *, by_place: bool = False
) -> Election:
    """The election of a budget (four queries). columns: what of the voters stands in the open data.

    by_place: a project's district is the place in which it lies, not its pot.
    """
    projects = projects_on(budget)
    at = {one.number: index for index, one in enumerate(projects)}
    pots = list(budget.pots.all())
    start, flat, points = _flat(cast_, at, budget.ballot_type)
    several = len(pots) > 1
    return Election(
        projects=tuple(candidate(one, one.place.name_ko if by_place else _pot(one, several)) for one in projects),
        budget=sum(pot.amount for pot in pots), ballot_type=cast("BallotType", budget.ballot_type), start=start,
        project=flat, points=points, limits=limits_of(projects, pots), conflicts=_conflicts(budget, projects),
        needs=_needs(projects), threshold=budget.threshold,
        voters=tuple(str(number) for number in range(1, len(cast_.choices) + 1)),
        electorate={name: tuple(values) for name, values in (columns or {}).items()}, meta=_meta(budget),
    )  # fmt: skip


def _flat(cast_: Cast, at: Mapping[int, int], kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Ballots as flat arrays. What was withdrawn after it was chosen is left out; only rankings keep their order."""
    start, flat, worths = [0], [], []
    for choices, points in zip(cast_.choices, cast_.points, strict=True):
        given = points if kind == POINTS and points else [1] * len(choices)
        pairs = [(at[number], worth) for number, worth in zip(choices, given, strict=False) if number in at]
        if kind != ORDERED:
            pairs.sort()
        flat += [index for index, _worth in pairs]
        worths += [worth for _index, worth in pairs]
        start.append(len(flat))
    told = np.array(worths, np.int64) if kind == POINTS else None
    return np.array(start, np.int64), np.array(flat, np.int32), told


def candidate(one: Project, district: str) -> Candidate:
    """A project as the engine knows it."""
    return Candidate(
        id=str(one.number), cost=one.cost or 0, name=one.title, funded=one.funded,
        categories=(str(one.field),) if one.field else (), district=district, latitude=one.latitude,
        longitude=one.longitude,
    )  # fmt: skip


def _pot(one: Project, several: bool) -> str:
    return one.pot.name if several and one.pot else ""


def limits_of(projects: Sequence[Project], pots: Sequence[Pot]) -> tuple[Limit, ...]:
    """A pot's projects may take what the pot holds; with one pot that is the budget itself."""
    if len(pots) < 2:
        return ()
    inside: dict[int, set[int]] = defaultdict(set)
    for index, one in enumerate(projects):
        inside[one.pot_id or 0].add(index)
    return tuple(Limit(pot.name, frozenset(inside[pot.pk]), most=pot.amount) for pot in pots if inside[pot.pk])


def _conflicts(budget: Budget, projects: Sequence[Project]) -> tuple[frozenset[int], ...]:
    at = {one.pk: index for index, one in enumerate(projects)}
    found: dict[int, set[int]] = defaultdict(set)
    rows = ConflictMember.objects.filter(conflict__budget=budget).values_list("conflict", "project")
    for conflict, project in rows:
        if project in at:
            found[conflict].add(at[project])
    return tuple(frozenset(one) for _key, one in sorted(found.items()) if len(one) > 1)


def _needs(projects: Sequence[Project]) -> tuple[tuple[int, int], ...]:
    at = {one.pk: index for index, one in enumerate(projects)}
    return tuple((at[one.pk], at[one.needs_id]) for one in projects if one.needs_id in at)


def _meta(budget: Budget) -> dict[str, str]:
    phase: Phase | None = budget.phases.filter(kind="vote").first()
    days = {
        "date_begin": phase.starts_at.strftime("%d.%m.%Y") if phase else str(budget.year),
        "date_end": phase.ends_at.strftime("%d.%m.%Y") if phase else str(budget.year),
    }
    return {
        "description": budget.title, "country": "South Korea" if budget.currency == "KRW" else budget.currency,
        "unit": budget.place.name_ko, "instance": str(budget.year), "currency": budget.currency,
        "rule": budget.rule, **_lengths(budget), **days,
        **({"comment": budget.attribution} if budget.attribution else {}),
    }  # fmt: skip


def _lengths(budget: Budget) -> dict[str, str]:
    told = {"min_length": budget.least_choices or None, "max_length": budget.most_choices}
    if budget.ballot_type == POINTS:
        told |= {"max_sum_points": budget.points}
    return {name: str(value) for name, value in told.items() if value}


def options_of(budget: Budget, *, rule: str = "") -> Options:
    """How a budget is counted; rule: another one, for a count that decides nothing."""
    told = rule or budget.rule
    if told == Rule.EQUAL_SHARES:
        return Options(
            rule="equal-shares", utility=budget.utility, completion=budget.completion, stop=budget.stop,  # type: ignore[arg-type]
            tie=budget.tie, seed=budget.seed, comparison=budget.comparison,  # type: ignore[arg-type]
        )  # fmt: skip
    fills = told in {Rule.PHRAGMEN, Rule.BOUNDED_OVERSPENDING} and "utilitarian" in budget.completion
    return Options(
        rule=told, utility=budget.utility, completion="utilitarian" if fills else "none", tie=budget.tie,  # type: ignore[arg-type]
        seed=budget.seed,
    )  # fmt: skip
