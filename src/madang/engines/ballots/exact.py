"""Prices of Equal Shares in whole numbers.

A voter with money left has paid in full for every winner she supports: she has e − Σ q_j·s_j, with q_j the price per
point of winner j and s_j her points for it. So one numerator for each winner, over one common denominator, says what
everybody has; and a price needs whole counts alone: q = (cost − Σ_poor left) / points of the rich, where
Σ_poor left = (poor)·e − Σ_j (points of the poor for j)·q_j.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from math import gcd


@dataclass(frozen=True)
class Doubted:
    """Voters in doubt who paid for the same winners. left: numerator of what each has; worth: points of each."""

    key: int
    left: int
    worth: int
    ballots: int


@dataclass(frozen=True)
class Price:
    """A price per point, numerator/denominator; poor: keys of the doubted who pay all they have without being rich."""

    numerator: int
    denominator: int
    poor: frozenset[int] = frozenset()


class Prices:
    """The prices paid so far and the share, over one common denominator."""

    def __init__(self, share: Fraction) -> None:
        self.denominator = share.denominator
        self.share = share.numerator
        self.paid: list[int] = []

    def left(self, points: Iterable[tuple[int, int]]) -> int:
        """Return the numerator of what a voter has who paid in full for these winners: (index, her points)."""
        return self.share - sum(many * self.paid[index] for index, many in points)

    def of_all(self, ballots: int, points: Sequence[int]) -> int:
        """Return the numerator of what so many ballots have together; points: by winner, of all of them."""
        return ballots * self.share - sum(many * paid for many, paid in zip(points, self.paid, strict=True) if many)

    def solve(self, cost: int, poor_left: int, rich: int, doubted: Sequence[Doubted]) -> Price | None:
        """Return the price per point at which the supporters pay the cost, or None where they have too little.

        poor_left: numerator of what those have together who surely pay all; rich: points of those who surely pay in
        full; doubted: all others.
        """
        missing = cost * self.denominator - poor_left
        points = rich + sum(one.ballots * one.worth for one in doubted)
        poor: set[int] = set()
        for one in sorted(doubted, key=cmp_to_key(_by_left_per_point)):
            if missing * one.worth <= one.left * points:
                break
            missing -= one.ballots * one.left
            points -= one.ballots * one.worth
            poor.add(one.key)
        if points <= 0:
            return None
        return Price(missing, self.denominator * points, frozenset(poor))

    def buy(self, price: Price) -> Fraction:
        """Write down that a winner was paid for at this price per point."""
        paid = Fraction(price.numerator, price.denominator)
        if self.denominator % paid.denominator:
            factor = paid.denominator // gcd(self.denominator, paid.denominator)
            self.denominator *= factor
            self.share *= factor
            self.paid = [one * factor for one in self.paid]
        self.paid.append(paid.numerator * (self.denominator // paid.denominator))
        return paid


def _by_left_per_point(one: Doubted, other: Doubted) -> int:
    return one.left * other.worth - other.left * one.worth
