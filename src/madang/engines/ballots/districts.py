"""One vote, several pots: each district's money counted on its own, then what is left for all.

A limit whose key begins with `district:` and that says `most` is a district's pot. Its run has its projects, its money,
and the ballots of those who belong there (the voters' column `district`) or chose one of its projects; so with Equal
Shares everybody in it has B_d/n_d. Last comes the run of the projects in no such pot, with the rest of the budget and
all ballots. What an earlier run decided binds the later ones: conflicts, needs, and pots that reach over districts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from madang.engines.ballots.conversion import values, voter_of, voters
from madang.engines.ballots.election import Election, ElectionError, Limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.outcome import Options, Outcome

PREFIX = "district:"
REST = "all"


def count(election: Election, options: Options, run: Callable[[Election, Options], Outcome]) -> Outcome:
    """Count every pot by `run` and put the outcomes together; trace["pots"] tells each. Raises ElectionError."""
    options, ids = replace(options, by_district=False), {one.id: p for p, one in enumerate(election.projects)}
    won: set[int] = set()
    outcomes, told = [], []
    for key, budget, projects in pots(election):
        part = _part(election, key, budget, projects, won)
        outcome = run(part, options)
        won |= {ids[one] for one in outcome.winners}
        outcomes.append(outcome)
        told.append(
            {
                "key": key, "budget": outcome.budget, "voters": voters(part), "share": outcome.share,
                "cost": outcome.cost, "winners": list(outcome.winners), "stopped": outcome.stopped,
            }
        )  # fmt: skip
    return replace(
        outcomes[0],
        options=replace(options, by_district=True),
        digest=election.digest(),
        budget=election.budget,
        cost=sum(one.cost for one in outcomes),
        winners=tuple(name for one in outcomes for name in one.winners),
        rounds=tuple(round_ for one in outcomes for round_ in one.rounds),
        share=None,
        steps=sum(one.steps for one in outcomes),
        stopped="pots",
        order=(),
        trace={"pots": told},
    )


def pots(election: Election) -> list[tuple[str, int, list[int]]]:
    """Return key, money and projects of each run, the rest last. Raises ElectionError."""
    found = [one for one in election.limits if one.key.startswith(PREFIX) and one.most is not None]
    if not found:
        raise ElectionError(f"No pot of a district is told: give a limit with a key like {PREFIX} North and its money.")
    taken: set[int] = set()
    for one in found:
        if not taken.isdisjoint(one.projects):
            raise ElectionError(f"A project of {one.key} is in another district's pot too: let it be in one.")
        taken |= one.projects
    money = sum(one.most or 0 for one in found)
    if money > election.budget:
        raise ElectionError("The districts' pots are more than the budget: lower them or raise the budget.")
    runs = [(one.key, one.most or 0, sorted(one.projects)) for one in found]
    return [*runs, (REST, election.budget - money, [p for p in range(election.m) if p not in taken])]


@dataclass(frozen=True)
class Part:
    """One run of an outcome by district, as an election with an outcome. ballots: which of all ballots it counted."""

    key: str
    election: Election
    outcome: Outcome
    ballots: NDArray[np.int64]


def parts(election: Election, outcome: Outcome) -> list[Part]:
    """Take an outcome by district apart again, to explain it pot by pot. Raises ElectionError."""
    ids, won, found = {one.id: p for p, one in enumerate(election.projects)}, set[int](), []
    told = {one["key"]: one for one in cast("list[dict[str, Any]]", outcome.trace["pots"])}
    for key, budget, projects in pots(election):
        one, here = told[key], np.isin(election.project, projects)
        winners = set(one["winners"])
        rounds = tuple(round_ for round_ in outcome.rounds if round_.project in winners)
        alone = replace(
            outcome,
            options=replace(outcome.options, by_district=False),
            budget=budget,
            cost=one["cost"],
            winners=tuple(one["winners"]),
            rounds=rounds,
            share=one["share"],
            stopped=one["stopped"],
            trace={},
        )
        ballots = np.arange(election.n) if key == REST else _ballots(election, key, here)
        found.append(Part(key, _part(election, key, budget, projects, won), alone, ballots))
        won |= {ids[name] for name in winners}
    return found


def _part(election: Election, key: str, budget: int, projects: list[int], won: set[int]) -> Election:
    """Return one run as an election of its own."""
    place = {p: at for at, p in enumerate(projects)}
    barred = _barred(election, set(projects), won)
    new = np.full(election.m, -1, dtype=np.int32)
    new[projects] = np.arange(len(projects), dtype=np.int32)
    chosen = new[election.project]
    ballots = np.arange(election.n) if key == REST else _ballots(election, key, chosen >= 0)
    here = np.zeros(election.n, dtype=bool)
    here[ballots] = True
    keep = (chosen >= 0) & here[voter_of(election)]
    lengths = np.bincount(voter_of(election)[keep], minlength=election.n)[ballots]
    start = np.zeros(len(ballots) + 1, dtype=np.int64)
    np.cumsum(lengths, out=start[1:])
    # A ranking keeps the points of its places among all projects.
    points = values(election)
    return replace(
        election,
        projects=tuple(
            replace(election.projects[p], withdrawn=election.projects[p].withdrawn or p in barred) for p in projects
        ),
        budget=budget,
        start=start,
        project=chosen[keep],
        points=None if points is None else points[keep],
        weights=None if election.weights is None else election.weights[ballots],
        limits=tuple(_limits(election, key, place, won)),
        conflicts=tuple(
            kept
            for kept in (frozenset(place[p] for p in one if p in place) for one in election.conflicts)
            if len(kept) > 1
        ),
        needs=tuple((place[p], place[q]) for p, q in election.needs if p in place and q in place),
        voters=tuple(election.voters[i] for i in ballots) if election.voters else (),
        electorate={name: tuple(cells[i] for i in ballots) for name, cells in election.electorate.items()},
    )


def _ballots(election: Election, key: str, here: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return who votes in a district: who belongs there or chose there."""
    name = key.removeprefix(PREFIX).strip()
    told = election.electorate.get("district", ("",) * election.n)
    belongs = np.array([one == name for one in told], dtype=bool)
    chose = np.bincount(voter_of(election)[here], minlength=election.n) > 0
    return np.flatnonzero(belongs | chose)


def _barred(election: Election, here: set[int], won: set[int]) -> set[int]:
    """Return which projects of this run can't win any more after the earlier ones."""
    rivals = {p for one in election.conflicts if one & won for p in one}
    return {p for p in here if p in rivals} | {
        p for p, other in election.needs if p in here and other not in here and other not in won
    }


def _limits(election: Election, key: str, place: dict[int, int], won: set[int]) -> list[Limit]:
    """Return the limits of this run, less what earlier runs took of them."""
    found = []
    for one in election.limits:
        inside = frozenset(place[p] for p in one.projects if p in place)
        if one.key == key or not inside:
            continue
        if one.least and len(inside) < len(one.projects):
            raise ElectionError(f"{one.key} keeps money for projects of several districts: let it lie within one.")
        used = one.projects & won
        spent = sum(election.projects[p].cost for p in used)
        found.append(
            replace(
                one,
                projects=inside,
                most=None if one.most is None else max(0, one.most - spent),
                most_projects=None if one.most_projects is None else max(0, one.most_projects - len(used)),
            )
        )
    return found
