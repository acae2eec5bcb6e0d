"""A budget's projects and ballots as the engine counts them: rows to arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from madang.engines.ballots.election import Election, Limit
from madang.engines.ballots.election import Project as Choice
from madang.engines.ballots.outcome import Options
from madang.plan.budgets.models import Budget, Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


Arrays = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64] | None]


def options_of(budget: Budget) -> Options:
    """How a budget is counted."""
    equal = budget.rule == "equal-shares"
    completion = budget.completion if equal or budget.rule in {"phragmen", "bounded-overspending"} else "none"
    if not equal and completion != "none":
        completion = "utilitarian" if "utilitarian" in completion else "none"
    return Options(
        rule=budget.rule,  # type: ignore[arg-type]
        utility=budget.utility,  # type: ignore[arg-type]
        completion=completion,  # type: ignore[arg-type]
        stop=budget.stop,  # type: ignore[arg-type]
        tie=budget.tie,  # type: ignore[arg-type]
        seed=budget.seed,
        comparison=budget.comparison and equal,
    )


def projects_on(budget: Budget) -> list[Project]:
    """The projects on the ballot, by number; before the freeze those that would be (one query)."""
    wanted = Project.ON_BALLOT if budget.frozen_at else (*Project.ON_BALLOT, Project.Status.FEASIBLE)
    rows = budget.projects.filter(status__in=wanted, cost__isnull=False, pot__isnull=False)
    return list(rows.select_related("pot", "place").defer("body", "place__boundary").order_by("number"))


def election_of(budget: Budget) -> Election:
    """Projects and submitted ballots of a budget (five queries). Choices that name no project are left out."""
    projects = projects_on(budget)
    index = {one.number: at for at, one in enumerate(projects)}
    rows = budget.ballots.filter(submitted_at__isnull=False).order_by("voter_id")
    start, chosen, points = arrays(rows.values_list("choices", "points").iterator(chunk_size=5000), index, budget)
    return Election(
        projects=tuple(choice(one) for one in projects),
        budget=sum(budget.pots.values_list("amount", flat=True)),
        ballot_type=budget.ballot_type,  # type: ignore[arg-type]
        start=start,
        project=chosen,
        points=points,
        limits=limits_of(budget, projects),
        conflicts=conflicts_of(budget, index),
        needs=needs_of(projects, index),
        threshold=budget.threshold,
    )


def choice(one: Project) -> Choice:
    return Choice(
        id=str(one.number), cost=one.cost or 0, name=one.title, district=one.place.name_ko, funded=one.funded,
        latitude=one.latitude, longitude=one.longitude,
    )  # fmt: skip


def arrays(rows: Iterable[tuple[list[int], list[int] | None]], index: dict[int, int], budget: Budget) -> Arrays:
    """Ballots as flat arrays: start (n+1), indexes of projects, and points or None."""
    ranked, pointed = budget.ballot_type == "ranking", budget.ballot_type == "cumulative"
    start, chosen, points = [0], [], []
    for choices, given in rows:
        pairs = [
            (index[one], (given or [])[at] if pointed and given else 1)
            for at, one in enumerate(choices)
            if one in index
        ]
        if not ranked:
            pairs.sort()
        chosen += [one for one, _worth in pairs]
        points += [worth for _one, worth in pairs]
        start.append(len(chosen))
    worths = np.array(points, dtype=np.int64) if pointed else None
    return np.array(start, dtype=np.int64), np.array(chosen, dtype=np.int32), worths


def limits_of(budget: Budget, projects: Sequence[Project]) -> tuple[Limit, ...]:
    """Each pot limits what its projects take, where there is more than one."""
    pots = {one.pk: one for one in budget.pots.all()}
    if len(pots) < 2:
        return ()
    inside = {pk: frozenset(at for at, one in enumerate(projects) if one.pot_id == pk) for pk in pots}
    return tuple(Limit(pots[pk].name, found, most=pots[pk].amount) for pk, found in inside.items() if found)


def conflicts_of(budget: Budget, index: dict[int, int]) -> tuple[frozenset[int], ...]:
    """Sets of projects of which at most one can win (two queries)."""
    sets = [
        frozenset(index[m.project.number] for m in one.members.all() if m.project.number in index)
        for one in budget.conflicts.prefetch_related("members__project").order_by("pk")
    ]
    return tuple(one for one in sets if len(one) > 1)


def needs_of(projects: Sequence[Project], index: dict[int, int]) -> tuple[tuple[int, int], ...]:
    """(project, needed) pairs; a needed project that is not on the ballot is left out."""
    numbers = {one.pk: one.number for one in projects}
    return tuple((at, index[numbers[one.needs_id]]) for at, one in enumerate(projects) if one.needs_id in numbers)
