"""Equal Shares with Bounded Overspending (BOS): a project may win before its supporters can pay for all of it.

Every voter starts with e = B/n. At a price λ per unit of utility the supporters of p could pay the part
α = min(1, Σ min(b_i, λ·u_i) / c_p) of it; as a price of the whole that is ρ = λ/α. Of all projects that the rest of the
budget holds, and all λ, the one with the least ρ/α wins, and its supporters pay min(b_i, ρ·u_i). The least is always at
a λ at which some supporter would give her last, or at which the project is paid in full.
Papasotiropoulos, Pishbin, Skibski, Skowron & Wąs (2024), arXiv 2409.15005.

Exactness. A price divides by a sum of earlier prices, so its exact fraction can double in length with every round.
Money is therefore kept as an interval of whole numbers, of 2⁻⁵¹² of a unit and finer where that is not enough: what
lies apart is decided for certain, and two values that agree in sixty digits are a tie. Floats, each rounded once from
such an interval, only choose what is worth comparing; their bound is stated where they do.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots.conversion import base, supporters, voters
from madang.engines.ballots.outcome import Round
from madang.engines.ballots.room import Room
from madang.engines.ballots.ties import ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Options

_BITS = 512
_MOST_BITS = 1 << 16
# Values whose intervals overlap and are narrower than this part of them are equal.
_SAME = 200
_UNIT = 2.0**-53
_SHOWN = 10**30


class _NarrowerError(Exception):
    """Two values could not be told apart with the bits in use."""


@dataclass(frozen=True)
class _Span:
    """A number that lies between low and high, in 2^-bits."""

    low: int
    high: int

    def tells(self) -> bool:
        """Whether it is known to sixty digits."""
        return (self.high - self.low) << _SAME <= self.high


@dataclass(frozen=True)
class _Offer:
    """What a project costs at its best λ. objective: ρ/α; price: what a point pays; part: α."""

    project: int
    objective: _Span
    price: _Span
    part: _Span


def run(election: Election, options: Options) -> tuple[list[Round], str]:
    """Count by BOS with the utility of the options. Points multiply utility; a ballot of weight w is w voters.

    A project of cost 0 wins first of all, free, if anybody supports it. Conditions of the election hold as in every
    rule. It ends when no project that fits has a supporter with money left (stopped = exhausted).
    """
    bits = _BITS
    while True:
        try:
            return _Count(election, options, bits).rounds(), "exhausted"
        except _NarrowerError:
            bits *= 4
            if bits > _MOST_BITS:
                raise


class _Count:
    """One run with so many bits.

    kind: of each voter, which purchases she paid in full (voters of one kind have the same left); −1 when she has
    nothing. left: floats, each within 2⁻⁵² of the exact one as a part of it.
    """

    def __init__(self, election: Election, options: Options, bits: int) -> None:
        self.election, self.bits, self.one = election, bits, 1 << bits
        self.found = supporters(election)
        self.base, _ = base(election, options.utility)
        self.places = ranks(election, options)
        self.room = Room(election)
        self.weight = election.weights
        many = voters(election)
        start = _divided(election.budget * self.one, max(many, 1))
        self.exact: list[_Span] = [start]
        self.kind = np.zeros(election.n, dtype=np.int64)
        self.left = np.full(election.n, self.rounded(start))

    def rounded(self, value: _Span) -> float:
        return value.low / self.one

    def rounds(self) -> list[Round]:
        done: list[Round] = []
        queue = [(0.0, p) for p in range(self.election.m) if len(self.found.of(p)) and self.base[p] + self._free(p)]
        while True:
            queue = [one for one in queue if self.room.refusal(one[1]) in {"", "needs"} and self.room.fits(one[1])]
            ready = [one for one in queue if not self.room.refusal(one[1])]
            if not ready:
                return done
            waiting = [one for one in queue if self.room.refusal(one[1])]
            free = [p for _, p in ready if self._free(p)]
            if free:
                project = min(free, key=lambda p: self.places[p])
                done.append(self._round(_Offer(project, _Span(0, 0), _Span(0, 0), _Span(self.one, self.one)), free))
            else:
                offers, ready = self.best(ready)
                if not offers:
                    return done
                offer = min(offers, key=lambda one: self.places[one.project])
                done.append(self._round(offer, [one.project for one in offers]))
                self.pay(offer)
                project = offer.project
            self.room.take(project)
            queue = [*ready, *waiting]

    def _free(self, project: int) -> bool:
        return self.election.projects[project].cost == 0

    def best(self, ready: list[tuple[float, int]]) -> tuple[list[_Offer], list[tuple[float, int]]]:
        """Return the tied best offers, and the queue with what was learned.

        Money only becomes less, so ρ/α of a project only grows: an old lower bound still holds.
        """
        heap = list(ready)
        heapq.heapify(heap)
        looked: list[tuple[float, float, int, list[int]]] = []
        least = np.inf
        while heap and heap[0][0] <= least:
            _, project = heapq.heappop(heap)
            low, high, steps = self.near(project)
            if high < np.inf:
                looked.append((low, high, project, steps))
                least = min(least, high)
        offers = [
            self.offer(project, steps)
            for low, _, project, steps in sorted(looked, key=lambda one: one[0])
            if low <= least
        ]
        return self._least(offers), [*heap, *((low, project) for low, _, project, _ in looked)]

    def near(self, project: int) -> tuple[float, float, list[int]]:
        """Return bounds of the least ρ/α in floats, and which supporters' last coin can give it.

        Supporters are sorted by what they have per point; step k is the λ at which the k-th gives her last, and a last
        step is payment in full. Money is right to 2⁻⁵², sums of N terms that are not negative to N more roundings.
        """
        at = slice(self.found.first[project], self.found.first[project + 1])
        people = self.found.voter[at]
        people_left = self.left[people]
        some = people_left > 0
        if not some.any():
            return np.inf, np.inf, []
        points, many = self._points(at, people)
        have, points, many = people_left[some], points[some], many[some]
        order = np.argsort(have / points, kind="stable")
        have, points, many = have[order], points[order], many[order]
        price = have / points
        rest = np.cumsum((points * many)[::-1])[::-1] - points * many
        money = np.cumsum(have * many) + price * rest
        cost = float(self.election.projects[project].cost)
        values = price * (cost / np.minimum(money, cost)) ** 2 / float(self.base[project])
        band = (8 * len(have) + 64) * _UNIT
        full_low, full_high = self._full(cost, have * many, points * many, money, band)
        low = min(float(values.min()) * (1 - band), full_low / float(self.base[project]) * (1 - band))
        high = min(float(values.min()) * (1 + band), full_high / float(self.base[project]) * (1 + band))
        chosen = np.flatnonzero(some)[order[values * (1 - band) <= high]].tolist()
        return low, high, [*chosen, -1] if full_low < np.inf else chosen

    def _points(self, at: slice, people: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return points and weights of a project's supporters as floats."""
        points = np.ones(len(people)) if self.found.worth is None else self.found.worth[at].astype(float)
        many = np.ones(len(people)) if self.weight is None else self.weight[people].astype(float)
        return points, many

    @staticmethod
    def _full(
        cost: float,
        have: NDArray[np.float64],
        points: NDArray[np.float64],
        money: NDArray[np.float64],
        band: float,
    ) -> tuple[float, float]:
        """Return bounds of the price at which the supporters pay for all of it; infinite where they can't.

        cost − Σ have loses digits where both are alike: by at most that band of the cost.
        """
        if money[-1] * (1 + band) < cost:
            return np.inf, np.inf
        k = min(int(np.searchsorted(money, cost)), len(money) - 1)
        needed, rest, lost = cost - float(have[:k].sum()), float(points[k:].sum()), band * cost
        sure = money[-1] * (1 - band) >= cost
        return max(needed - lost, 0.0) / rest, (needed + lost) / rest if sure else np.inf

    def offer(self, project: int, steps: list[int]) -> _Offer:
        """Return the best of some steps of a project, for certain."""
        kinds = self.kinds(project)
        people = self.found.of(project)
        prices: dict[tuple[int, int], _Span] = {}
        for step in steps:
            if step < 0:
                full = self.full_price(project, kinds)
                if full is not None:
                    prices[-1, -1] = full
                continue
            points = 1 if self.found.worth is None else int(self.found.worth[self.found.first[project] + step])
            kind = int(self.kind[people[step]])
            prices[kind, points] = _divided_span(self.exact[kind], points)
        offers = [self.at(project, kinds, price) for price in prices.values()]
        # Of equal ones, that which pays the most.
        return max(self._least(offers), key=lambda one: one.part.low)

    def kinds(self, project: int) -> list[tuple[_Span, int, int]]:
        """Return the supporters of a project by what they have and give: money, points, how many."""
        at = slice(self.found.first[project], self.found.first[project + 1])
        people = self.found.voter[at]
        kind = self.kind[people]
        some = kind >= 0
        points = np.ones(len(people), dtype=np.int64) if self.found.worth is None else self.found.worth[at]
        many = np.ones(len(people), dtype=np.int64) if self.weight is None else self.weight[people]
        pairs, same = np.unique(np.stack([kind[some], points[some]]), axis=1, return_inverse=True)
        number = np.bincount(same.ravel(), weights=many[some]).astype(np.int64).tolist()
        return [
            (self.exact[k], v, count) for k, v, count in zip(pairs[0].tolist(), pairs[1].tolist(), number, strict=True)
        ]

    def at(self, project: int, kinds: list[tuple[_Span, int, int]], price: _Span) -> _Offer:
        """Return the offer at a price per point (λ times base)."""
        cost, worth = self.election.projects[project].cost * self.one, self.base[project]
        low = min(cost, sum(many * min(money.low, price.low * points) for money, points, many in kinds))
        high = min(cost, sum(many * min(money.high, price.high * points) for money, points, many in kinds))
        if not low:
            raise _NarrowerError
        objective = _Span(
            price.low * cost * cost // (worth * high * high), -(-price.high * cost * cost // (worth * low * low))
        )
        whole = _Span(price.low * cost // high, -(-price.high * cost // low))
        return _Offer(project, objective, whole, _Span(low * self.one // cost, -(-high * self.one // cost)))

    def full_price(self, project: int, kinds: list[tuple[_Span, int, int]]) -> _Span | None:
        """Return the price per point at which the supporters pay for all of it, or None where they can't for certain.

        Whoever is taken as poor, (cost − what they have) / points of the others is no more than the price, and for the
        right ones it is the price: so the best guess is a lower bound, and what pays the cost is an upper one.
        """
        cost = self.election.projects[project].cost * self.one
        if sum(money.low * many for money, _, many in kinds) < cost:
            return None
        poor_low, poor_high, points_left = 0, 0, sum(points * many for _, points, many in kinds)
        low = high = 0
        for money, points, many in sorted(kinds, key=lambda one: Fraction(one[0].low, one[1])):
            low = max(low, (cost - poor_high) // points_left)
            high = -(-(cost - poor_low) // points_left)
            if money.low >= high * points:
                break
            poor_low, poor_high = poor_low + money.low * many, poor_high + money.high * many
            points_left -= points * many
            if not points_left:
                break
        step = 1
        while sum(many * min(money.low, high * points) for money, points, many in kinds) < cost:
            high, step = high + step, step * 2
        return _Span(low, high)

    def _least(self, offers: list[_Offer]) -> list[_Offer]:
        """Return the offers of least ρ/α. Raises _NarrowerError where that can't be said."""
        if not offers:
            return []
        least = min(offers, key=lambda one: one.objective.high)
        tied = [one for one in offers if one.objective.low <= least.objective.high]
        if len(tied) > 1 and not all(one.objective.tells() for one in tied):
            raise _NarrowerError
        return tied

    def pay(self, offer: _Offer) -> None:
        """Take from each supporter the price times her points, or what she has."""
        project, price = offer.project, offer.price
        at = slice(self.found.first[project], self.found.first[project + 1])
        people = self.found.voter[at]
        people = people[self.kind[people] >= 0]
        points = np.ones(len(people), dtype=np.int64)
        if self.found.worth is not None:
            points = self.found.worth[at][self.kind[self.found.voter[at]] >= 0]
        pairs, same = np.unique(np.stack([self.kind[people], points]), axis=1, return_inverse=True)
        names, money = [], []
        for kind, value in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True):
            name, rest = self._rest(self.exact[kind], price, value)
            names.append(name)
            money.append(rest)
        self.kind[people] = np.array(names, dtype=np.int64)[same.ravel()]
        self.left[people] = np.array(money)[same.ravel()]

    def _rest(self, money: _Span, price: _Span, points: int) -> tuple[int, float]:
        """Return kind and money of those who had so much and gave so many points."""
        rest = _Span(money.low - price.high * points, money.high - price.low * points)
        if rest.high <= 0 or (rest.low <= 0 and rest.high << _SAME <= money.high):
            # Nothing, or nothing to sixty digits.
            return -1, 0.0
        if rest.low <= 0 or not rest.tells():
            raise _NarrowerError
        self.exact.append(rest)
        return len(self.exact) - 1, self.rounded(rest)

    def _round(self, offer: _Offer, tied: list[int]) -> Round:
        project, ids = offer.project, self.election.projects
        kinds = self.kinds(project) if offer.price.high else []
        worth = max(self.base[project], 1)
        paid = max((min(money.low, offer.price.low * points) for money, points, _ in kinds), default=0)
        return Round(
            project=ids[project].id,
            cost=ids[project].cost,
            rho=self._shown(offer.price.low, worth),
            payers=sum(many for _, _, many in kinds),
            largest=self._shown(paid, 1),
            support=int(self.room.tally.votes[project]),
            part=self._shown(offer.part.low, 1),
            tied=tuple(ids[p].id for p in sorted(tied)) if len(tied) > 1 else (),
        )

    def _shown(self, value: int, per: int) -> Fraction:
        """Round for the trace."""
        return Fraction((value * _SHOWN * 2 // per + self.one) // (2 * self.one), _SHOWN)


def _divided(value: int, by: int) -> _Span:
    return _Span(value // by, -(-value // by))


def _divided_span(value: _Span, by: int) -> _Span:
    return _Span(value.low // by, -(-value.high // by))
