"""The set of projects with the greatest welfare that the budget holds, proven to be so.

Maximise Σ x_p Σ_i u_i(p). Ties: of the best sets the cheapest; of those the one that holds the earliest project, in the
published order, in which two of them differ.

A search over all sets in whole numbers, cut off where the fractional knapsack (Dantzig 1957) can't do better. Where
that is not soon done, HiGHS gives a better set to beat; where it would take too long even then, HiGHS decides: the
proof is numerical, to the tolerances of the solver, and the outcome says so.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots.conversion import base
from madang.engines.ballots.outcome import Round
from madang.engines.ballots.room import Room
from madang.engines.ballots.ties import ranks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scipy.optimize import LinearConstraint

    from madang.engines.ballots.election import Election, Limit
    from madang.engines.ballots.outcome import Options

# Sets looked at before the solver is asked, and before its word is taken: seconds.
_SOME_NODES = 20_000
_MOST_NODES = 400_000


def run(election: Election, options: Options) -> tuple[list[Round], str]:
    """Count by greatest welfare. Rounds in order of welfare; stopped: proven, or numerical (see above)."""
    problem = _Problem(election, options)
    chosen, proven = problem.best()
    rounds = [
        Round(election.projects[p].id, problem.cost[p], None, 0, support=int(problem.room.tally.score[p]))
        for p in sorted(chosen, key=lambda p: (-problem.worth[p], problem.places[p]))
    ]
    return rounds, "proven" if proven else "numerical"


class _Problem:
    def __init__(self, election: Election, options: Options) -> None:
        self.election, self.room = election, Room(election)
        self.cost = [one.cost for one in election.projects]
        bases, _ = base(election, options.utility)
        self.worth = [b * int(s) for b, s in zip(bases, self.room.tally.score, strict=True)]
        self.places = ranks(election, options).tolist()
        self.able = [p for p in range(election.m) if p not in self.room.barred]

    def key(self, chosen: Iterable[int]) -> tuple[int, int, tuple[int, ...]]:
        """Greater for the better set."""
        chosen = set(chosen)
        first = tuple(1 if p in chosen else 0 for p in sorted(self.able, key=lambda p: self.places[p]))
        return sum(self.worth[p] for p in chosen), -sum(self.cost[p] for p in chosen), first

    def possible(self, chosen: Iterable[int]) -> bool:
        """Whether the set keeps budget and conditions."""
        room, waiting = Room(self.election), set(chosen)
        while waiting:
            ready = [p for p in waiting if not room.refusal(p) and room.fits(p)]
            if not ready:
                return False
            room.take(ready[0])
            waiting.discard(ready[0])
        return True

    def best(self) -> tuple[set[int], bool]:
        """Return the best set, and whether that is proven."""
        search = _Search(self, set())
        if search.run(_SOME_NODES):
            return search.best, True
        found = [one for one in self._solved() if self.possible(one)]
        search = _Search(self, max([search.best, *found], key=self.key))
        proven = search.run(_MOST_NODES)
        return search.best, proven

    def _solved(self) -> list[set[int]]:
        """Return what HiGHS finds best, rounded; nothing where it fails."""
        from scipy.optimize import Bounds, milp

        m = self.election.m
        if not self.able:
            return []
        scale = float(max((abs(self.worth[p]) for p in self.able), default=1) or 1)
        extra = [limit for limit in self.election.limits if limit.least]
        gain = np.array([self.worth[p] / scale if p in set(self.able) else 0.0 for p in range(m)] + [0.0] * len(extra))
        upper = np.array([1.0 if p in set(self.able) else 0.0 for p in range(m)] + [np.inf] * len(extra))
        integral = np.array([1] * m + [0] * len(extra))
        found = milp(
            -gain, integrality=integral, bounds=Bounds(0, upper), constraints=self._rows(extra),
            options={"mip_rel_gap": 0.0, "node_limit": 100_000},
        )  # fmt: skip
        if found.x is None:
            return []
        return [{p for p in self.able if found.x[p] > 0.5}]

    def _rows(self, reserved: list[Limit]) -> list[LinearConstraint]:
        """Return budget and conditions as rows; beside x, one variable a pot: what it takes beyond its own."""
        from scipy.optimize import LinearConstraint

        m, width = self.election.m, self.election.m + len(reserved)
        per = float(max(self.election.budget, 1))
        rows: list[tuple[dict[int, float], float]] = [
            ({p: self.cost[p] / per for p in range(m)}, self.election.budget / per),
        ]
        for limit in self.election.limits:
            if limit.most is not None:
                rows.append(({p: self.cost[p] / per for p in limit.projects}, limit.most / per))
            if limit.most_projects is not None:
                rows.append((dict.fromkeys(limit.projects, 1.0), float(limit.most_projects)))
        rows += [(dict.fromkeys(conflict, 1.0), 1.0) for conflict in self.election.conflicts]
        rows += [({p: 1.0, other: -1.0}, 0.0) for p, other in self.election.needs if p != other]
        if reserved:
            kept = frozenset[int]().union(*(limit.projects for limit in reserved))
            common = {p: self.cost[p] / per for p in range(m) if p not in kept}
            rows.append((common | {m + k: 1.0 for k in range(len(reserved))}, self.room.common / per))
            for k, limit in enumerate(reserved):
                rows.append(({p: self.cost[p] / per for p in limit.projects} | {m + k: -1.0}, limit.least / per))
        matrix = np.zeros((len(rows), width))
        for number, (row, _) in enumerate(rows):
            matrix[number, list(row)] = list(row.values())
        return [LinearConstraint(matrix, -np.inf, np.array([most for _, most in rows]))]


class _Search:
    """Depth first, best value for money first, taking before leaving; a set is looked at whenever it grows."""

    def __init__(self, problem: _Problem, first: set[int]) -> None:
        self.problem, self.best, self.room = problem, first, problem.room
        self.best_key = problem.key(first)
        worth, cost = problem.worth, problem.cost
        needed = {other for _, other in problem.election.needs}
        gains = [p for p in problem.able if worth[p] > 0 or (worth[p] == 0 and not cost[p])]
        # A project that brings nothing is taken only for another that needs it.
        rest = [p for p in problem.able if p not in set(gains) and p in needed]
        endless = Fraction(max(worth, default=0) + 1)
        density = {p: Fraction(worth[p], cost[p]) if cost[p] else endless for p in gains}
        self.items = [*sorted(gains, key=lambda p: (-density[p], problem.places[p])), *rest]
        self.gains = len(gains)
        self.cost_sums = list(accumulate((cost[p] for p in self.items[: self.gains]), initial=0))
        self.worth_sums = list(accumulate((worth[p] for p in self.items[: self.gains]), initial=0))
        conditions = problem.election.limits, problem.election.conflicts, problem.election.needs
        self.free = not any(conditions)

    def bound(self, index: int) -> int:
        """Return what the items from index on can add at most, in whole numbers."""
        if index >= self.gains:
            return 0
        left = self.room.left
        last = bisect_right(self.cost_sums, self.cost_sums[index] + left, lo=index) - 1
        total = self.worth_sums[last] - self.worth_sums[index]
        if last == self.gains:
            return total
        left -= self.cost_sums[last] - self.cost_sums[index]
        item = self.items[last]
        return total + left * self.problem.worth[item] // self.problem.cost[item]

    def run(self, most: int) -> bool:
        """Look at all sets that can be the best, or at so many. Returns whether it was all."""
        # What is taken, each with the place where the search goes on and with what was left for all before.
        taken: list[tuple[int, int]] = []
        index, worth = 0, 0
        for _ in range(most):
            index = self._next(index, worth)
            if index < len(self.items):
                taken.append((index, self.room.common))
                self.room.take(self.items[index])
                worth += self.problem.worth[self.items[index]]
                self._look(worth)
                index += 1
                continue
            if not taken:
                return True
            index, common = taken.pop()
            self.room.give_back(self.items[index], common)
            worth -= self.problem.worth[self.items[index]]
            index = self._after(index)
        for at, common in reversed(taken):
            self.room.give_back(self.items[at], common)
        return False

    def _next(self, index: int, worth: int) -> int:
        """Return the next item that can be taken, or the end where nothing better can come."""
        while index < len(self.items):
            most = worth + self.bound(index)
            if most < self.best_key[0] or (most == self.best_key[0] and self.room.spent > -self.best_key[1]):
                break
            item = self.items[index]
            if self.room.fits(item) and self.room.refusal(item) in {"", "needs"}:
                return index
            index += 1
        return len(self.items)

    def _after(self, index: int) -> int:
        """Return where to go on without the item: past others just like it, which come later in ties."""
        problem, item = self.problem, self.items[index]
        index += 1
        while (
            self.free
            and index < self.gains
            and problem.cost[self.items[index]] == problem.cost[item]
            and problem.worth[self.items[index]] == problem.worth[item]
        ):
            index += 1
        return index

    def _look(self, worth: int) -> None:
        if worth < self.best_key[0]:
            return
        won = self.room.won
        if all(self.room.needed[p] <= won for p in won):
            key = self.problem.key(won)
            if key > self.best_key:
                self.best_key, self.best = key, set(won)
