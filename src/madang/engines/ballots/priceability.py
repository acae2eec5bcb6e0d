"""Priceability: from the published prices alone, in whole numbers, that payments prove an outcome of Equal Shares.

Independent of the count: voters are grouped by the winners they support, and each group pays min(left, ρ·u) anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from madang.engines.ballots import districts
from madang.engines.ballots.conversion import Supporters, base, supporters
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.room import Room

if TYPE_CHECKING:
    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Outcome


@dataclass(frozen=True)
class Certificate:
    """Priceability: shares e and payments prove that nobody was passed over. holds if all lists are empty.

    unpaid: winners whose payments don't add up to their cost (those that filling added aren't asked). affordable:
    projects that lost although their supporters have more than their cost left. priced: how many winners were paid for.
    """

    share: Fraction
    priced: int
    unpaid: tuple[str, ...]
    affordable: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.unpaid and not self.affordable


def certificate(election: Election, outcome: Outcome) -> Certificate:
    """Check, from the published ρ alone and in whole numbers, that payments prove the outcome. Raises ElectionError.

    By district each pot is checked by itself; share is then that of the last, of all voters.
    """
    if outcome.options.by_district and outcome.options.rule == "equal-shares":
        pots = [certificate(part.election, part.outcome) for part in districts.parts(election, outcome)]
        return Certificate(
            pots[-1].share,
            sum(one.priced for one in pots),
            tuple(name for one in pots for name in one.unpaid),
            tuple(name for one in pots for name in one.affordable),
        )
    if outcome.share is None or "rejected" in outcome.trace or any(one.phase == "comparison" for one in outcome.rounds):
        raise ElectionError("By this rule nobody pays from a share: there is no certificate of prices.")
    index = {one.id: p for p, one in enumerate(election.projects)}
    bases, _ = base(election, outcome.options.utility)
    rounds = [(one, index[one.project]) for one in outcome.rounds if one.rho is not None]
    prices = [(one.rho or Fraction(0)) * bases[p] for one, p in rounds]
    common = lcm(*(price.denominator for price in [outcome.share, *prices]))
    payments = [int(price * common) for price in prices]
    place = {p: r for r, (_, p) in enumerate(rounds)}
    found = supporters(election)
    total, left = _settle(election, found, place, payments, int(outcome.share * common))
    room = Room(election, [index[one] for one in outcome.winners])
    unpaid = [one.project for r, (one, _) in enumerate(rounds) if total[r] != one.cost * common]
    affordable = [
        one.id
        for p, one in enumerate(election.projects)
        if one.cost and len(found.of(p)) and not room.refusal(p) and left[p] > one.cost * common
    ]
    return Certificate(outcome.share, len(rounds), tuple(unpaid), tuple(affordable))


def _settle(
    election: Election, found: Supporters, place: dict[int, int], payments: list[int], share: int
) -> tuple[list[int], list[int]]:
    """Return what was paid in each round, and what the supporters of each project have left, as numerators."""
    total, left = [0] * len(payments), [0] * election.m
    values = found.value
    starts, projects = found.start.tolist(), found.project.tolist()
    worth = None if values is None else values.tolist()
    groups: dict[tuple[tuple[int, int], ...], int] = defaultdict(int)
    kept: dict[tuple[tuple[int, int], ...], int] = {}
    for i in range(election.n):
        weight = 1 if election.weights is None else int(election.weights[i])
        stretch = range(starts[i], starts[i + 1])
        key = tuple(
            sorted((place[projects[k]], 1 if worth is None else worth[k]) for k in stretch if projects[k] in place)
        )
        groups[key] += weight
        if key not in kept:
            kept[key] = _keeps(key, payments, share)
        if kept[key]:
            for k in stretch:
                left[projects[k]] += weight * kept[key]
    for key, ballots in groups.items():
        has = share
        for r, points in key:
            pays = min(has, payments[r] * points)
            has -= pays
            total[r] += ballots * pays
    return total, left


def _keeps(key: tuple[tuple[int, int], ...], payments: list[int], share: int) -> int:
    for r, points in key:
        share -= min(share, payments[r] * points)
    return share
