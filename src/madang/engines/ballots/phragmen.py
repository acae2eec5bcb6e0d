"""Phragmén's sequential rule: every project that wins is a load of its cost, shared by its supporters as evenly as can
be; the next winner is the one that leaves the smallest greatest load among its supporters.

ℓ_p = (c_p + Σ ℓ_i) / |N(p)| over the supporters i; those of the winner then all carry ℓ_p. So there are never more
different loads than rounds plus one, and a project's sum of loads is a row of whole counts times the exact loads:
floating point chooses the few projects that can be the least, within a proven bound, and whole numbers decide.

Janson (2016), arXiv 1611.08826; for budgets Los, Christoff & Grossi (2022), arXiv 2203.09390.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

import numba
import numpy as np

from madang.engines.ballots.conversion import Supporters, supporters
from madang.engines.ballots.outcome import Round
from madang.engines.ballots.room import Room
from madang.engines.ballots.ties import ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Options

_UNIT = 2.0**-53


@numba.njit(cache=True)
def _move(
    voters: NDArray[np.int32],
    start: NDArray[np.int64],
    project: NDArray[np.int32],
    weight: NDArray[np.int64],
    level: NDArray[np.int32],
    counts: NDArray[np.float64],
    new: int,
) -> None:
    """Lift the voters to the new level, in the counts of all projects that they support."""
    for at in range(len(voters)):
        voter = voters[at]
        old = level[voter]
        level[voter] = new
        many = float(weight[voter]) if len(weight) else 1.0
        for choice in range(start[voter], start[voter + 1]):
            counts[project[choice], old] -= many
            counts[project[choice], new] += many


class _Loads:
    """All loads, exactly and as floats. counts[p, r]: how many supporters of p carry the load of level r.

    Loads are numerators over one common denominator. Counts are whole numbers below 2**53, so floats hold them exactly.
    """

    def __init__(self, election: Election, found: Supporters, room: int) -> None:
        self.found = found
        self.costs = [one.cost for one in election.projects]
        self.weight = np.zeros(0, dtype=np.int64) if election.weights is None else election.weights
        many = None if election.weights is None else election.weights[found.voter]
        first = found.first
        self.supporters = (
            np.diff(first) if many is None else np.diff(np.concatenate(([0], np.cumsum(many)))[first])
        ).astype(np.int64)
        self.counts = np.zeros((election.m, room + 1))
        self.counts[:, 0] = self.supporters
        self.level = np.zeros(election.n, dtype=np.int32)
        self.numerators, self.denominator = [0], 1
        self.floats = np.zeros(room + 1)

    def least(self, projects: NDArray[np.int64]) -> tuple[list[int], Fraction]:
        """Return which of the projects leave the least greatest load, and that load. Projects need supporters."""
        levels = len(self.numerators)
        costs = np.array([float(self.costs[p]) for p in projects])
        near = (self.counts[projects, :levels] @ self.floats[:levels] + costs) / self.supporters[projects]
        # No term is negative: a sum of k products, in any order, is within k·2⁻⁵³ of the exact one; loads, costs and
        # the quotient are rounded once each. Some to spare covers the second order.
        bound = (levels + 10) * _UNIT
        doubt = projects[near * (1 - bound) <= near.min() * (1 + bound)].tolist()
        exact = {p: self.numerator(p) for p in doubt}
        best = doubt[0]
        for p in doubt[1:]:
            if exact[p] * int(self.supporters[best]) < exact[best] * int(self.supporters[p]):
                best = p
        tied = [p for p in doubt if exact[p] * int(self.supporters[best]) == exact[best] * int(self.supporters[p])]
        return tied, Fraction(exact[best], self.denominator * int(self.supporters[best]))

    def numerator(self, project: int) -> int:
        """Return (c_p + Σ ℓ_i) times the common denominator."""
        counts = self.counts[project, : len(self.numerators)].tolist()
        total = sum(int(many) * load for many, load in zip(counts, self.numerators, strict=True) if many)
        return self.costs[project] * self.denominator + total

    def lift(self, project: int) -> None:
        """Let the supporters of the winner carry its load."""
        many, load = int(self.supporters[project]), self.numerator(project)
        self.numerators = [one * many for one in self.numerators]
        self.denominator *= many
        self.numerators.append(load)
        new = len(self.numerators) - 1
        self.floats[new] = load / self.denominator
        found = self.found
        _move(found.of(project), found.start, found.project, self.weight, self.level, self.counts, new)


def run(election: Election, options: Options) -> tuple[list[Round], str]:
    """Count by Phragmén's rule. Supporting is giving anything positive; a ballot of weight w counts as w voters.

    Projects that alone exceed the budget take no part, nor do those without supporters. A project that conflicts with a
    winner, or whose pot or quota is used up, drops out; one that needs another waits for it. It ends when one of the
    tied best no longer fits the budget (stopped = misfit), so that nobody pays for what comes later in line, or when
    none is left (exhausted).
    """
    room, places = Room(election), ranks(election, options)
    loads = _Loads(election, supporters(election), _most_winners(election))
    standing = [p for p in range(election.m) if room.fits(p) and loads.supporters[p] and p not in room.barred]
    rounds: list[Round] = []
    while True:
        reasons = {p: room.refusal(p) for p in standing}
        standing = [p for p in standing if reasons[p] in {"", "needs"}]
        ready = np.array([p for p in standing if not reasons[p]], dtype=np.int64)
        if not len(ready):
            return rounds, "exhausted"
        tied, load = loads.least(ready)
        if not all(room.fits(p) for p in tied):
            return rounds, "misfit"
        project = min(tied, key=lambda p: places[p])
        rounds.append(_round(election, project, load, tied, int(loads.supporters[project])))
        loads.lift(project)
        room.take(project)


def _most_winners(election: Election) -> int:
    """Return how many projects the budget holds at most: the cheapest ones."""
    sums = accumulate(sorted(one.cost for one in election.projects))
    return sum(1 for spent in sums if spent <= election.budget)


def _round(election: Election, project: int, load: Fraction, tied: list[int], many: int) -> Round:
    return Round(
        project=election.projects[project].id,
        cost=election.projects[project].cost,
        rho=load,
        payers=many,
        support=many,
        tied=tuple(election.projects[p].id for p in tied) if len(tied) > 1 else (),
    )
