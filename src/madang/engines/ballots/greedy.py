"""Greedy rules: by votes (or score), as long as the money lasts. What to do with a project that doesn't fit differs.

greedy, greedy-threshold, greedy-exclusive: skip it. All three are one rule: minimum score and conflicts are conditions
of the election, which every rule keeps. greedy-per-cost: skip it, but in order of votes per money.
greedy-no-skip: stop there. greedy-80-percent (Poznań): stop there, and take it if at least four fifths of its cost are
left; the rest comes from a reserve outside this budget, so that the cost of the winners may exceed the budget.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from madang.engines.ballots.conversion import tally
from madang.engines.ballots.outcome import Round
from madang.engines.ballots.room import Room
from madang.engines.ballots.ties import ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Options

STOPPING = {"greedy-no-skip", "greedy-80-percent"}
# Poznań: of a project's cost, this share must be left.
ENOUGH = Fraction(4, 5)


def merits(election: Election, *, per_cost: bool = False) -> list[Fraction]:
    """Return by what projects are ordered: score, or score per unit of money (a free project before all others)."""
    scores = tally(election).score.tolist()
    if not per_cost:
        return [Fraction(score) for score in scores]
    best = Fraction(max((abs(score) for score in scores), default=0) + 1)
    return [
        Fraction(score, one.cost) if one.cost else best + score
        for score, one in zip(scores, election.projects, strict=True)
    ]


def run(election: Election, options: Options) -> tuple[list[Round], str]:
    """Count by one of the greedy rules. Returns the rounds, and why it ended: exhausted, misfit or reserve."""
    room = Room(election)
    by = merits(election, per_cost=options.rule == "greedy-per-cost")
    if options.rule not in STOPPING:
        return fill(room, options, by=by, phase="rule"), "exhausted"
    return _until_misfit(room, options, by)


def ordered(election: Election, options: Options, by: Sequence[Fraction]) -> list[int]:
    """Return all projects, best first, ties as published."""
    places = ranks(election, options)
    return sorted(range(election.m), key=lambda p: (-by[p], places[p]))


def fill(
    room: Room, options: Options, *, by: Sequence[Fraction] | None = None, phase: str = "utilitarian"
) -> list[Round]:
    """Take what fits into the room, best first; the room changes. The completion of other rules too."""
    by = merits(room.election) if by is None else by
    queue, equals = ordered(room.election, options, by), _equals(by)
    rounds: list[Round] = []
    waited_for = {other for _, other in room.election.needs}
    position = 0
    while position < len(queue):
        project = queue[position]
        if room.refusal(project) or not room.fits(project):
            position += 1
            continue
        rounds.append(_round(room, project, equals[by[project]], phase))
        room.take(project)
        # What waited for this one may stand before it.
        position = 0 if project in waited_for else position + 1
    return rounds


def _until_misfit(room: Room, options: Options, by: Sequence[Fraction]) -> tuple[list[Round], str]:
    queue, equals = ordered(room.election, options, by), _equals(by)
    rounds: list[Round] = []
    while True:
        queue = _standing(room, queue)
        project = next((p for p in queue if not room.refusal(p)), None)
        if project is None:
            return rounds, "exhausted"
        if not room.fits(project):
            if options.rule == "greedy-80-percent" and room.left >= ENOUGH * room.costs[project]:
                rounds.append(_round(room, project, (project,), "reserve"))
                room.take(project)
                return rounds, "reserve"
            return rounds, "misfit"
        rounds.append(_round(room, project, equals[by[project]], "rule"))
        room.take(project)


def _standing(room: Room, queue: list[int]) -> list[int]:
    """Leave out the projects at the head of the queue that can't win any more."""
    head = next((i for i, p in enumerate(queue) if room.refusal(p) in {"", "needs"}), len(queue))
    return queue[head:]


def _equals(by: Sequence[Fraction]) -> dict[Fraction, list[int]]:
    equals = defaultdict(list)
    for project, merit in enumerate(by):
        equals[merit].append(project)
    return equals


def _round(room: Room, project: int, equals: Sequence[int], phase: str) -> Round:
    ids = room.election.projects
    tied = [ids[p].id for p in equals if p == project or (not room.refusal(p) and room.fits(p))]
    return Round(
        project=ids[project].id,
        cost=room.costs[project],
        rho=None,
        payers=0,
        support=int(room.tally.score[project]),
        phase=phase,
        tied=tuple(tied) if len(tied) > 1 else (),
    )
