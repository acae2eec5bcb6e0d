"""One run of Equal Shares with a given share for each voter: floats find, whole numbers decide.

What is certain. left is a float for each voter, wrong by at most `slack`: the share and each price per point are
rounded once, her payments add up to at most e, and each of at most r subtractions rounds a number ≤ e once more,
together (r + 3)·2⁻⁵³·e; twice that is allowed for. For any set of supporters taken as poor, (cost − Σ_poor left) /
points of the others is a lower bound of the price, so `purse.price` bounds it from below whoever is misplaced. A
project is set aside in a round only if its lower bound is above the exact price of the best; a supporter counts as poor
or rich without being looked at only outside a band around the price, whose upper edge is proven (see `_band`).
Everybody else is settled by `exact.Prices`. So the winners are those of rational arithmetic, whatever the order of
summation.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from madang.engines.ballots import purse
from madang.engines.ballots.exact import Doubted, Price, Prices
from madang.engines.ballots.room import Room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.market import Market


@dataclass(frozen=True)
class Purchase:
    """A project paid for by its supporters: price per point (exact), who paid, what the largest payment was."""

    project: int
    price: Fraction
    payers: int
    largest: Fraction
    tied: tuple[int, ...]


class Run(NamedTuple):
    """What a share buys. short: projects left out only because their supporters had too little."""

    share: Fraction
    purchases: tuple[Purchase, ...]
    short: tuple[int, ...]
    cost: int

    @property
    def projects(self) -> tuple[int, ...]:
        return tuple(one.project for one in self.purchases)


class Settled(NamedTuple):
    """An exact price with those who pay all they have. rest: (voters, what each keeps after paying, as float)."""

    price: Price
    payers: int
    poor: NDArray[np.int32]
    groups: list[tuple[Doubted, NDArray[np.int32]]]


def run(market: Market, share: Fraction) -> Run:
    """Let everybody have this share and buy until nothing is affordable."""
    return Running(market, share).run()


class Running:
    """A run under way."""

    def __init__(self, market: Market, share: Fraction) -> None:
        self.market = market
        self.share = share
        self.prices = Prices(share)
        self.float_share = float(share)
        self.bought: list[Purchase] = []
        self.won: list[int] = []
        self.rank = np.full(market.election.m, -1, dtype=np.int64)
        self.room = None if market.plain else Room(market.election)
        self.standing = list(market.priced)
        self.short: list[int] = []
        market.left[:] = self.float_share
        market.live[:] = market.found.first[1:]
        market.low[:] = market.floor

    def run(self) -> Run:
        self.take_free()
        while (best := self.best()) is not None:
            self.buy(*best)
        return self.result()

    def best(self) -> tuple[int, Settled, list[int]] | None:
        """Return the project to buy next, its price, and all that tie with it; None where nothing is affordable."""
        return self._cheapest(self._ready())

    def result(self) -> Run:
        """Return what was bought so far."""
        spent = sum(self.market.costs[p] for p in self.won)
        # Whatever the winners exclude by now is out for that, not for want of money: no larger share is tried for it.
        short = self.short if self.room is None else [p for p in self.short if not self.room.refusal(p)]
        return Run(self.share, tuple(self.bought), tuple(short), spent)

    def take_free(self) -> None:
        """Let win what costs nothing."""
        for project in self.market.take_free(self.room):
            self.bought.append(Purchase(project, Fraction(0), 0, Fraction(0), ()))
            self.won.append(project)

    def _won(self, project: int) -> None:
        self.won.append(project)
        if self.room is not None:
            self.room.take(project)

    def _ready(self) -> NDArray[np.int64]:
        """Keep what may still win; return what may win now."""
        if self.room is None:
            return np.array(self.standing, dtype=np.int64)
        reasons = {p: self.room.refusal(p) for p in self.standing}
        self.standing = [p for p in self.standing if reasons[p] in {"", "needs"}]
        return np.array([p for p in self.standing if not reasons[p]], dtype=np.int64)

    @property
    def slack(self) -> float:
        """By how much a voter's float can be wrong."""
        return (len(self.bought) + 4) * purse.UNIT * self.float_share

    def _cheapest(self, ready: NDArray[np.int64]) -> tuple[int, Settled, list[int]] | None:
        """Return the project of the least exact ρ with its price and those tied with it, or None."""
        market = self.market
        while len(ready):
            best = purse.cheapest(
                ready, *market.lists, market.weight, market.left, market.low, market.near, market.error, market.state,
                market.cost, market.utility, self.slack,
            )  # fmt: skip
            ready = self._without_short(ready)
            if best < 0:
                continue
            settled = self._settle(int(best))
            if settled is not None:
                return self._least(int(best), settled, ready)
            ready = self._drop(ready, int(best))
        return None

    def _without_short(self, ready: NDArray[np.int64]) -> NDArray[np.int64]:
        short = ready[self.market.state[ready] == 2]
        for p in short.tolist():
            self._drop(ready, p)
        return ready[self.market.state[ready] != 2] if len(short) else ready

    def _drop(self, ready: NDArray[np.int64], project: int) -> NDArray[np.int64]:
        """A project whose supporters have too little never wins: they only get poorer."""
        self.standing.remove(project)
        self.short.append(project)
        return ready[ready != project]

    def _least(self, best: int, settled: Settled, ready: NDArray[np.int64]) -> tuple[int, Settled, list[int]]:
        """Compare the best exactly with all whose lower bound isn't above its price."""
        market = self.market
        over, under = self._rho(best, settled)
        ceiling = over / under * (1 + 8 * purse.UNIT)
        rivals = ready[market.low[ready] / market.utility[ready] <= ceiling]
        tied = [(best, settled)]
        for rival in rivals.tolist():
            if rival == best:
                continue
            other = self._settle(rival)
            if other is None:
                self._drop(ready, rival)
                continue
            (mine, below), (theirs, beneath) = self._rho(*tied[0]), self._rho(rival, other)
            if theirs * below < mine * beneath:
                tied = [(rival, other)]
            elif theirs * below == mine * beneath:
                tied.append((rival, other))
        project, price = min(tied, key=lambda one: market.places[one[0]])
        return project, price, sorted((p for p, _ in tied), key=lambda p: market.places[p])

    def _rho(self, project: int, settled: Settled) -> tuple[int, int]:
        """Price per point over the utility of a point, what is compared between projects: numerator, denominator."""
        return settled.price.numerator, settled.price.denominator * self.market.base[project]

    def _settle(self, project: int) -> Settled | None:
        """Return the exact price of a project in this round, or None where its supporters have too little."""
        market = self.market
        if market.state[project] not in {0, 3}:
            market.near[project], market.error[project], market.state[project] = purse.price(
                project, *market.lists, market.weight, market.left, market.low[project], market.cost[project],
                self.slack, np.inf,
            )  # fmt: skip
        if market.state[project] == 2:
            return None
        poors, doubts, rich, poor_ballots, ballots = self._band(project)
        voter = market.found.voter
        poor = voter[market.poor[:poors]]
        counts = np.zeros(len(self.prices.paid), dtype=np.int64)
        purse.earlier(poor, market.found.start, market.found.project, market.value, market.weight, self.rank, counts)
        groups = self._groups(np.sort(market.doubt[:doubts])) if doubts else []
        poor_left = self.prices.of_all(poor_ballots, counts.tolist())
        price = self.prices.solve(market.costs[project], poor_left, rich, [one for one, _ in groups])
        return None if price is None else Settled(price, ballots, poor, groups)

    def _band(self, project: int) -> tuple[int, int, int, int, int]:
        """Split supporters so that those outside the doubt certainly pay all, or certainly pay in full.

        near − error is a lower bound of the price. near + width is an upper one if those above it hold at least half
        of the points: raising the price by width then gives at least width·points/2 ≥ what the errors took away.
        """
        market = self.market
        near, error = market.near[project], market.error[project]
        sure = market.state[project] == 0
        if not sure:
            near, error = market.low[project], 0.0
        width = 8 * (error + self.slack) if sure else np.inf
        arguments = (market.weight, market.left, near - error)
        buffers = (self.slack, market.poor, market.doubt)
        found = purse.split(project, *market.lists, *arguments, near + width, *buffers)
        if found[1] and sure and 2 * found[2] < self._points(found):
            found = purse.split(project, *market.lists, *arguments, np.inf, *buffers)
        return found

    def _points(self, found: tuple[int, int, int, int, int]) -> int:
        """Points of all who aren't surely poor."""
        at = self.market.doubt[: found[1]]
        worth = self.market.worth[at] if len(self.market.worth) else np.ones(len(at), dtype=np.int64)
        if len(self.market.weight):
            worth = worth * self.market.weight[self.market.found.voter[at]]
        return found[2] + int(worth.sum())

    def _groups(self, at: NDArray[np.int64]) -> list[tuple[Doubted, NDArray[np.int32]]]:
        """Group voters in doubt (positions of the list) by the winners that they paid for, and say what they have."""
        market = self.market
        who = market.found.voter[at]
        worth = market.worth[at] if len(market.worth) else np.ones(len(at), dtype=np.int64)
        marks = np.empty(len(who), dtype=np.uint64)
        lists = (market.found.start, market.found.project, market.value, self.rank)
        purse.fingerprints(who, *lists, market.salts, marks)
        _, model, which = np.unique(np.rec.fromarrays([marks, worth]), return_index=True, return_inverse=True)
        same = np.empty(len(who), dtype=bool)
        purse.alike(who, who[model][which], *lists, same)
        # Fingerprints of different sets are practically never equal; who was caught so stands alone.
        odd = np.flatnonzero(~same)
        which[odd] = len(model) + np.arange(len(odd))
        members = np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])
        return [
            (self._doubted(key, who[group], int(worth[group[0]])), who[group])
            for key, group in enumerate(members)
            if len(group)
        ]

    def _doubted(self, key: int, who: NDArray[np.int32], worth: int) -> Doubted:
        market, i = self.market, int(who[0])
        stretch = slice(int(market.found.start[i]), int(market.found.start[i + 1]))
        ranked = self.rank[market.found.project[stretch]]
        value = market.value[stretch] if len(market.value) else np.ones(len(ranked), dtype=np.int64)
        has = self.prices.left((r, s) for r, s in zip(ranked.tolist(), value.tolist(), strict=True) if r >= 0)
        ballots = int(market.weight[who].sum()) if len(market.weight) else len(who)
        return Doubted(key, has, worth, ballots)

    def buy(self, project: int, settled: Settled, tied: list[int]) -> None:
        """Let the supporters pay."""
        market, price = self.market, settled.price
        largest = self._largest(project, settled)
        purse.pay(project, *market.lists, market.left, price.numerator / price.denominator)
        market.left[settled.poor] = 0.0
        for one, who in settled.groups:
            keeps = one.left * price.denominator - one.worth * price.numerator * self.prices.denominator
            market.left[who] = _positive(keeps, self.prices.denominator * price.denominator) if keeps > 0 else 0.0
        paid = self.prices.buy(price)
        self.rank[project] = len(self.prices.paid) - 1
        self.standing.remove(project)
        self.bought.append(Purchase(project, paid, settled.payers, largest, tuple(tied) if len(tied) > 1 else ()))
        self._won(project)

    def left_of(self, project: int) -> Fraction:
        """Return what the supporters of a project have together, in units, exactly."""
        market = self.market
        who = market.found.voter[market.found.first[project] : market.found.first[project + 1]]
        who = who[market.left[who] != 0.0]
        counts = np.zeros(len(self.prices.paid), dtype=np.int64)
        purse.earlier(who, market.found.start, market.found.project, market.value, market.weight, self.rank, counts)
        ballots = int(market.weight[who].sum()) if len(market.weight) else len(who)
        return Fraction(self.prices.of_all(ballots, counts.tolist()), self.prices.denominator)

    def _largest(self, project: int, settled: Settled) -> Fraction:
        """Return the largest payment of one ballot. With one point each it is the price: somebody pays it in full."""
        market, price = self.market, Fraction(settled.price.numerator, settled.price.denominator)
        if not len(market.worth):
            return price
        at = np.arange(market.found.first[project], market.live[project])
        pays = np.minimum(market.left[market.found.voter[at]], market.worth[at] * float(price))
        near = at[pays >= pays.max() - 8 * (self.slack + purse.UNIT * pays.max())]
        has = [(Fraction(one.left, self.prices.denominator), one.worth) for one, _ in self._groups(near)]
        return max(min(left, price * worth) for left, worth in has)


def _positive(numerator: int, denominator: int) -> float:
    """Return a positive number as a float that isn't 0."""
    return max(numerator / denominator, np.finfo(float).tiny)
