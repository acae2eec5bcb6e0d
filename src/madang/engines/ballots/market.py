"""An election prepared for many runs of Equal Shares: who supports what, costs and utilities, and room to work in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from madang.engines.ballots.conversion import Supporters, base, supporters
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.room import Room
from madang.engines.ballots.ties import ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Options

# Whole numbers up to here are exact as floats.
_MOST = 2**53
_SALT = 20230917


class Market:
    """An election prepared for many runs: who supports what, with costs and utilities as floats and exactly."""

    def __init__(self, election: Election, options: Options) -> None:
        self.election, self.options = election, options
        self.found: Supporters = supporters(election)
        self.costs = [one.cost for one in election.projects]
        self.base, self.scale = base(election, options.utility)
        self.places = ranks(election, options)
        self.ballots = election.n if election.weights is None else int(election.weights.sum())
        self.worth = _or_empty(self.found.worth)
        self.value = _or_empty(self.found.value)
        self.weight = _or_empty(election.weights)
        self.room = Room(election)
        self.plain = not (election.limits or election.conflicts or election.needs)
        self.cost = np.array([float(one) for one in self.costs])
        self.utility = np.array([float(one) for one in self.base])
        self._check()
        has = np.diff(self.found.first) > 0
        # If everybody pays in full: no price is lower.
        self.floor = self.cost / np.maximum(self._points(), 1.0) * (1 - 2.0**-48)
        standing = [p for p in range(election.m) if has[p] and p not in self.room.barred]
        self.free = sorted((p for p in standing if not self.costs[p]), key=lambda p: self.places[p])
        self.priced = [p for p in standing if self.costs[p] and self.base[p]]
        self.left = np.zeros(election.n)
        most = int(np.diff(self.found.first).max(initial=0))
        self.poor = np.empty(most, dtype=np.int64)
        self.doubt = np.empty(most, dtype=np.int64)
        self.live = self.found.first[1:].copy()
        self.low, self.near, self.error = np.zeros(election.m), np.zeros(election.m), np.zeros(election.m)
        self.state = np.zeros(election.m, dtype=np.int64)
        self.salts = np.random.default_rng(_SALT).integers(1, 2**63, election.m, dtype=np.int64).astype(np.uint64)

    def _points(self) -> NDArray[np.float64]:
        """Points of all supporters, by project."""
        first = self.found.first
        if not len(self.worth) and not len(self.weight):
            return np.diff(first).astype(float)
        each = self.worth if len(self.worth) else np.ones(len(self.found.voter), dtype=np.int64)
        if len(self.weight):
            each = each * self.weight[self.found.voter]
        total = np.concatenate(([0], np.cumsum(each)))
        return (total[first[1:]] - total[first[:-1]]).astype(float)

    def _check(self) -> None:
        """Points and weights have to add up exactly as floats."""
        most = int(self.worth.max(initial=1)) * self.ballots
        if most >= _MOST:
            raise ElectionError("Points times voters exceed 2⁵³: give points in coarser units.")

    @property
    def lists(self) -> tuple[Any, Any, Any, Any]:
        return (self.found.first, self.live, self.found.voter, self.worth)

    def take_free(self, room: Room | None) -> list[int]:
        """What costs nothing and somebody supports wins before all others, in the order of ties."""
        waiting, taken = list(self.free), list[int]()
        while True:
            project = next((p for p in waiting if room is None or not room.refusal(p)), None)
            if project is None:
                return taken
            waiting.remove(project)
            taken.append(project)
            if room is not None:
                room.take(project)


def _or_empty(array: NDArray[np.int64] | None) -> NDArray[np.int64]:
    return np.zeros(0, dtype=np.int64) if array is None else array
