"""What a project that lost was missing: in money of its supporters, in votes, in its price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots import greedy, purse
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.equal_run import Running
from madang.engines.ballots.market import Market
from madang.engines.ballots.room import Room
from madang.engines.ballots.ties import ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.equal_run import Settled
    from madang.engines.ballots.outcome import Outcome

SKIPPING = {"greedy", "greedy-threshold", "greedy-exclusive", "greedy-per-cost"}
# Floats this near to a whole number are taken for it.
_NEAR = 1e-9


@dataclass
class Missing:
    """What `explain.Standing` says of one project beyond its votes; see there."""

    money: Fraction | None = None
    left: Fraction | None = None
    price: int | None = None
    approvals: int | None = None
    taken: list[tuple[str, float]] = field(default_factory=list)


def by_shares(election: Election, outcome: Outcome, asked: Sequence[int]) -> dict[int, Missing]:
    """Go through the run that decided once more, and see in each round what would have let the others win.

    Raises ElectionError where the outcome is of another election.
    """
    market = Market(election, outcome.options)
    walk = _Walk(market, outcome, asked)
    return walk.found()


class _Walk:
    def __init__(self, market: Market, outcome: Outcome, asked: Sequence[int]) -> None:
        self.market, self.outcome, self.asked = market, outcome, asked
        self.share = outcome.share or Fraction(0)
        self.running = Running(market, self.share)
        self.paid = [one.project for one in outcome.rounds if one.rho is not None]
        self.ids = [one.id for one in market.election.projects]
        index = {one: p for p, one in enumerate(self.ids)}
        won = {index[one] for one in outcome.winners}
        self.room = Room(market.election, [index[one] for one in outcome.winners])
        supported = np.diff(market.found.first) > 0
        self.lost = [p for p in asked if p not in won and supported[p] and market.costs[p] and not self.room.refusal(p)]
        self.missing = {p: Missing() for p in asked}
        self.took: dict[int, NDArray[np.float64]] = {}
        votes = np.maximum(market.room.tally.votes, 1)
        # A further supporter gives as many points as those it has do on average.
        self.points = (
            np.maximum(1, np.rint(market.room.tally.score / votes)) if len(market.worth) else np.ones(len(votes))
        )

    def found(self) -> dict[int, Missing]:
        self.running.take_free()
        while (best := self.running.best()) is not None:
            self._round(*best)
        if [self.ids[one.project] for one in self.running.bought] != self.paid:
            raise ElectionError("This outcome is of another election: count it again before explaining it.")
        self._money()
        self._end()
        return self.missing

    def _round(self, project: int, settled: Settled, tied: list[int]) -> None:
        market, price = self.market, settled.price.numerator / settled.price.denominator
        took = np.zeros(market.election.m)
        purse.flows(
            project, *market.lists, market.weight, market.left, price, market.found.start, market.found.project, took
        )
        self.took[project] = took
        for loser in self.lost:
            self._would_win(loser, price / market.utility[project], market.places[loser] < market.places[project])
        self.running.buy(project, settled, tied)

    def _would_win(self, loser: int, rho: float, wins_ties: bool) -> None:
        """Let the loser win this round by a lower price, or by more approvals."""
        market, found = self.market, self.missing[loser]
        each = rho * market.utility[loser]
        total, points = purse.affords(loser, *market.lists, market.weight, market.left, each)
        lacking = market.cost[loser] - total
        worth = min(float(self.share), each * self.points[loser])
        if worth > 0:
            saturated = points == 0 and worth < each * self.points[loser] * (1 - _NEAR)
            approvals = max(1, _at_least(lacking / worth, wins_ties=wins_ties or saturated))
            found.approvals = approvals if found.approvals is None else min(found.approvals, approvals)
        price = self._price(loser, rho, lacking, points)
        for whole in (round(price), round(price) - 1):
            if whole > (found.price or 0) and self._pays(loser, rho, whole, wins_ties):
                found.price = whole
                break

    def _price(self, loser: int, rho: float, lacking: float, points: float) -> float:
        """Greatest cost that supporters pay at ρ. Newton from above: what they pay is concave in the cost."""
        market = self.market
        cost, best = market.cost[loser], self.missing[loser].price or 0
        for _ in range(60):
            if lacking <= _NEAR * cost:
                return cost
            slope = 1 - rho * points * self._utility_slope(cost)
            if slope <= 0:
                return 0.0
            cost -= lacking / slope
            if cost < best + 0.5:
                return 0.0
            each = rho * self._utility(cost)
            total, points = purse.affords(loser, *market.lists, market.weight, market.left, each)
            lacking = cost - total
        return 0.0

    def _pays(self, loser: int, rho: float, cost: int, wins_ties: bool) -> bool:
        """Whether at ρ supporters pay this cost: more than it, where a tie would be lost.

        If they just pay it and all with all they have, a lower ρ than that would do: no tie.
        """
        market = self.market
        each = rho * self._utility(cost)
        total, points = purse.affords(loser, *market.lists, market.weight, market.left, each)
        spare = total - cost
        return spare > _NEAR * cost or ((wins_ties or points == 0) and spare >= -_NEAR * cost)

    def _utility(self, cost: float) -> float:
        utility = self.market.options.utility
        if utility == "cost":
            return cost
        if utility == "cardinality":
            return 1.0
        # As `conversion.base` has it for whole costs.
        scale = self.market.scale
        return float(isqrt(int(cost * scale * scale) // self.market.election.units))

    def _utility_slope(self, cost: float) -> float:
        utility = self.market.options.utility
        if utility == "cost":
            return 1.0
        return 0.0 if utility == "cardinality" else self._utility(cost) / (2 * cost)

    def _money(self) -> None:
        """What supporters had, what they have left, and what they paid for instead."""
        market = self.market
        ballots = market.weight[market.found.voter] if len(market.weight) else None
        for p in self.asked:
            stretch = slice(int(market.found.first[p]), int(market.found.first[p + 1]))
            many = int(ballots[stretch].sum()) if ballots is not None else stretch.stop - stretch.start
            found = self.missing[p]
            found.money, found.left = many * self.share, self.running.left_of(p)
            taken = [(self.ids[j], float(took[p])) for j, took in self.took.items() if took[p] > 0 and j != p]
            found.taken = sorted(taken, key=lambda one: -one[1])

    def _end(self) -> None:
        """After the last round a project wins as soon as its supporters have its cost left, or fits the filling."""
        filling = self._filling()
        for p in self.lost:
            found = self.missing[p]
            left = found.left or Fraction(0)
            found.price = max(found.price or 0, floor(left), filling.get(p, 0))
            if self.share:
                lacking = ceil((self.market.costs[p] - left) / self.share)
                found.approvals = max(1, min(lacking, lacking if found.approvals is None else found.approvals))

    def _filling(self) -> dict[int, int]:
        """What was left of the budget when the filling came to each project that lost; none without filling."""
        options = self.outcome.options
        if "utilitarian" not in options.completion and options.completion != "add1u":
            return {}
        index = {one: p for p, one in enumerate(self.ids)}
        filled = {index[one.project] for one in self.outcome.rounds if one.rho is None}
        left = self.market.election.budget - sum(self.market.costs[index[one]] for one in self.paid)
        found: dict[int, int] = {}
        for p in greedy.ordered(self.market.election, options, greedy.merits(self.market.election)):
            found[p] = left
            left -= self.market.costs[p] if p in filled else 0
        return found


def _at_least(number: float, *, wins_ties: bool) -> int:
    """Least whole number that reaches it; strictly more where a tie would be lost."""
    whole = round(number)
    if abs(number - whole) <= _NEAR * max(1.0, abs(number)):
        return whole if wins_ties else whole + 1
    return ceil(number)


def by_votes(election: Election, outcome: Outcome, asked: Sequence[int]) -> dict[int, Missing]:
    """What was missing by a rule that goes by votes: see at which winner's place a project would still have fitted.

    Told of greedy rules that skip what doesn't fit (per cost: the votes alone); of others nothing.
    """
    if outcome.options.rule not in {*SKIPPING, "equal-shares"}:
        return {p: Missing() for p in asked}
    index = {one.id: p for p, one in enumerate(election.projects)}
    per_cost = outcome.options.rule == "greedy-per-cost"
    merits, places = greedy.merits(election, per_cost=per_cost), ranks(election, outcome.options)
    won = [index[one] for one in outcome.winners]
    room, found = Room(election, won), {p: Missing() for p in asked}
    lost = [p for p in asked if p not in set(won) and not room.refusal(p)]
    left = election.budget
    for winner in won:
        for p in lost:
            if election.projects[p].cost <= left:
                goal = merits[winner] * (election.projects[p].cost if per_cost else 1)
                score = Fraction(int(room.tally.score[p]))
                found[p].approvals = max(1, _needed(goal - score, places[p] < places[winner]))
            if (-merits[p], places[p]) < (-merits[winner], places[winner]) and found[p].price is None:
                found[p].price = left
        left -= election.projects[winner].cost
    for p in lost:
        if per_cost:
            found[p].price = None
        elif found[p].price is None:
            found[p].price = left
    return found


def _needed(lacking: Fraction, wins_ties: bool) -> int:
    return ceil(lacking) if wins_ties else floor(lacking) + 1
