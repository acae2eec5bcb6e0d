"""Which shares Add1 may skip: a proof that a whole stretch of shares buys nothing too dear, from its two ends.

Take the order of purchases as given. Then a larger share leaves everybody at least as much after each round, and makes
each price at most as high: a price falls if its supporters have more, and (left − q·s)⁺ rises with left and falls with
q. So what a voter has at any share of a stretch lies between what she has at its ends (least, most), and a project's
price between its prices there. A round's winner is one whose price at `most` isn't above some price at `least`; usually
that is one project. Where it is several, each is followed; sets bought in different order are one again, with the outer
bounds. If every way ends within the budget, and with something left out for want of money, all shares of the stretch
may be skipped. Only bounds are needed, so floats do, each rounded outward. Otherwise a shorter stretch is tried; single
shares, and the last two, are counted exactly.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots import purse
from madang.engines.ballots.room import Room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.market import Market

# Ways followed at a time, and rounds followed in all as a multiple of what a run has.
WAYS, WORK = 6, 4
# Prices at the lower end are raised by this part, to be certainly enough.
_MARGIN = 1e-10


@dataclass
class _Way:
    """Projects bought, in any order, with bounds of what everybody has after that."""

    won: frozenset[int]
    cost: int
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    live: NDArray[np.int64]
    low: NDArray[np.float64]
    short: set[int]
    room: Room | None

    def joined(self, other: _Way, ends: NDArray[np.int64]) -> _Way:
        """Return the way that holds for both."""
        return _Way(
            self.won, self.cost, np.minimum(self.least, other.least), np.maximum(self.most, other.most),
            ends.copy(), np.minimum(self.low, other.low), self.short & other.short, self.room,
        )  # fmt: skip


class Stretches:
    """Proofs for one market, about stretches of shares."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.ends = market.found.first[1:]
        self.near, self.error = np.zeros(market.election.m), np.zeros(market.election.m)
        self.state = np.zeros(market.election.m, dtype=np.int64)
        # Priced at the lower end, from a list of its own: other voters have run out there.
        self.voter, self.worth = market.found.voter.copy(), market.worth.copy()
        self.rounds = len(market.priced)
        self.tiny = 0.0

    def harmless(self, first: Fraction, last: Fraction) -> bool:
        """Whether no share from first to last buys too much, nor everything: then Add1 goes on beyond last."""
        least, most = float(first) * (1 - purse.UNIT), float(last) * (1 + purse.UNIT)
        self.tiny = 4 * purse.UNIT * most
        ways, work, shared = self._start(least, most), 0, False
        while ways:
            following: dict[frozenset[int], _Way] = {}
            # Ways reorder the same lists: who is live holds from round to round only for a way that is alone.
            afresh, shared = shared or len(ways) > 1, len(ways) > 1
            for way in ways:
                work += 1
                if afresh:
                    way.live[:] = self.ends
                if work > WORK * self.rounds + WAYS or not self._follow(way, following):
                    return False
            if len(following) > WAYS:
                return False
            ways = list(following.values())
        return True

    def _start(self, least: float, most: float) -> list[_Way]:
        market = self.market
        room = None if market.plain else Room(market.election)
        free = market.take_free(room)
        n, m = market.election.n, market.election.m
        way = _Way(frozenset(free), 0, np.full(n, least), np.full(n, most), self.ends.copy(), np.zeros(m), set(), room)
        return [way]

    def _follow(self, way: _Way, following: dict[frozenset[int], _Way]) -> bool:
        """Add every way that this one can go on. False where it may cost too much, or where that can't be told."""
        ready = self._ready(way)
        if self._settled(way, ready):
            return True
        best, ready = self._cheapest(way, ready)
        if best < 0:
            return self._may_end(way)
        above, price = self._ceiling(way, best)
        ceiling = above / self.market.utility[best]
        possible = self._possible(way, ready, best, ceiling)
        if not np.isfinite(above) and not self._may_end(way):
            return False
        if len(possible) > WAYS:
            return False
        for project in possible:
            high = price if project == best else self._ceiling(way, project)[1]
            if not self._buy(way, project, high, following, last=project == possible[-1]):
                return False
        return True

    def _ready(self, way: _Way) -> NDArray[np.int64]:
        market = self.market
        standing = [p for p in market.priced if p not in way.won and p not in way.short]
        if way.room is not None:
            standing = [p for p in standing if not way.room.refusal(p)]
        return np.array(standing, dtype=np.int64)

    def _settled(self, way: _Way, ready: NDArray[np.int64]) -> bool:
        """Whether even buying all that may still be bought is harmless."""
        market = self.market
        if not way.short or not market.plain:
            return False
        all_of_them = way.cost + sum(market.costs[p] for p in ready.tolist())
        return all_of_them <= market.election.budget and self._goes_on(all_of_them, way.short)

    def _may_end(self, way: _Way) -> bool:
        """Whether ending here is harmless: something is certainly left out, and no other reason to stop is given."""
        if self.market.plain or way.room is None:
            lacking = [p for p in self.market.priced if p not in way.won]
        else:
            lacking = [p for p in way.short if not way.room.refusal(p)]
        return bool(lacking) and way.cost <= self.market.election.budget and self._goes_on(way.cost, lacking)

    def _goes_on(self, cost: int, without: set[int] | list[int]) -> bool:
        """With the exhaustive stop: whether something that wasn't bought would still fit."""
        left = self.market.election.budget - cost
        return self.market.options.stop == "cities" or any(self.market.costs[p] <= left for p in without)

    def _cheapest(self, way: _Way, ready: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
        """Return the cheapest project at the upper end, and who may still win; notes who certainly can't pay."""
        market = self.market
        best = purse.cheapest(
            ready, market.found.first, way.live, market.found.voter, market.worth, market.weight, way.most, way.low,
            self.near, self.error, self.state, market.cost, market.utility, 0.0,
        )  # fmt: skip
        short = self.state[ready] == 2
        if short.any():
            way.short.update(ready[short].tolist())
        ready = ready[~short]
        if best < 0 and len(ready):
            # In doubt whether they can pay: follow them as if they could.
            best = int(ready[0])
        return int(best), ready

    def _possible(self, way: _Way, ready: NDArray[np.int64], best: int, ceiling: float) -> list[int]:
        """Return who may be the cheapest somewhere in the stretch, best last: it may take over the arrays."""
        market = self.market
        rho = way.low[ready] / market.utility[ready] * (1 - 4 * purse.UNIT)
        possible = []
        for p in ready[rho <= ceiling].tolist():
            if p != best and self.state[p] == 4 and self._above(way, p, ceiling):
                continue
            if p != best and p not in way.short:
                possible.append(p)
        return [*possible, best]

    def _above(self, way: _Way, p: int, ceiling: float) -> bool:
        """Price a project anew at the upper end; whether it is certainly above the ceiling, or can't be paid."""
        market = self.market
        near, error, state = purse.price(
            p, market.found.first, way.live, market.found.voter, market.worth, market.weight, way.most, way.low[p],
            market.cost[p], 0.0, np.inf,
        )  # fmt: skip
        if state == 2:
            way.short.add(p)
            return True
        if state < 2:
            way.low[p] = max(way.low[p], near - error)
        return bool(way.low[p] / market.utility[p] * (1 - 4 * purse.UNIT) > ceiling)

    def _ceiling(self, way: _Way, p: int) -> tuple[float, float]:
        """Return an upper bound of a project's price at the lower end, inf where it may not be affordable; twice, the
        first rounded up for a comparison of prices.
        """
        market = self.market
        live = self.ends.copy()
        near, error, state = purse.price(
            p, market.found.first, live, self.voter, self.worth, market.weight, way.least, 0.0, market.cost[p],
            0.0, np.inf,
        )  # fmt: skip
        if state != 0:
            return np.inf, np.inf
        high = (near + error) * (1 + _MARGIN)
        total, _ = purse.affords(p, market.found.first, live, self.voter, self.worth, market.weight, way.least, high)
        many = live[p] - market.found.first[p] + 4
        if total * (1 - many * purse.UNIT) < market.cost[p] * (1 + purse.UNIT):
            return np.inf, np.inf
        return high * (1 + 4 * purse.UNIT), high

    def _buy(self, way: _Way, project: int, high: float, following: dict[frozenset[int], _Way], *, last: bool) -> bool:
        """Go on with this project bought; False where that costs too much."""
        market = self.market
        cost = way.cost + market.costs[project]
        if cost > market.election.budget:
            return False
        room = way.room
        if room is not None:
            room = room if last else _copied(room)
            room.take(project)
        after = _Way(
            way.won | {project}, cost,
            way.least if last else way.least.copy(), way.most if last else way.most.copy(),
            way.live if last else way.live.copy(), way.low if last else way.low.copy(),
            way.short if last else set(way.short), room,
        )  # fmt: skip
        self._pay(after, project, high)
        known = following.get(after.won)
        following[after.won] = after if known is None else known.joined(after, self.ends)
        return True

    def _pay(self, way: _Way, project: int, high: float) -> None:
        market = self.market
        lists = (project, market.found.first, self.ends, market.found.voter, market.worth)
        purse.spend(*lists, way.most, float(way.low[project]), self.tiny, True)
        if np.isfinite(high):
            purse.spend(*lists, way.least, high, self.tiny, False)
        else:
            way.least[market.found.voter[market.found.first[project] : self.ends[project]]] = 0.0


def _copied(room: Room) -> Room:
    other = copy.copy(room)
    other.won, other.taken, other.number = set(room.won), list(room.taken), list(room.number)
    return other
