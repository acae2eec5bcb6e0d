"""Why a project won or not and what was missing; what a voter's share paid for.

What is said of a project that lost holds all else equal: with the same share, and the rounds as they were until it
would have won. In round r the winner's price was ρ_r; a project wins there if at ρ_r its supporters pay its cost. After
the last round it wins if they have its cost left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from madang.engines.ballots import districts
from madang.engines.ballots.conversion import base, supporters
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.equal_run import run
from madang.engines.ballots.market import Market
from madang.engines.ballots.missing import Missing, by_shares, by_votes
from madang.engines.ballots.outcome import Ledger
from madang.engines.ballots.room import Room

if TYPE_CHECKING:
    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Outcome, Round

Reason = Literal[
    "won", "no-support", "withdrawn", "below-minimum", "conflict", "limit", "reserved", "needs", "short", "misfit"
]


@dataclass(frozen=True)
class Taken:
    """How much of their shares a project's supporters paid for a winner, in units; rounded from exact prices."""

    project: str
    amount: float


@dataclass(frozen=True)
class Standing:
    """Why a project is in or out. Money in units, exact where it is a Fraction.

    reason: won; no-support; withdrawn; below-minimum; conflict, limit, reserved, needs (as in room.py); short: its
    supporters had too little left; misfit: too dear for what the budget had left (rules by votes).
    round: place among the winners, from 1, 0 for others. rho: its exact price, of winners. effective: cost / largest
    payment: as many voters paying equally would have sufficed. votes, score: as counted.
    money: what its supporters had at the start (votes times share); left: what they had at the end; covered: left over
    cost; missing: cost − left, of those that were short.
    price: the highest cost at which it would have won, in whole units; reduction: cost − price. approvals: how many
    more voters with an untouched share would have had to approve it (rules by votes: how many more votes). None where
    nothing of the kind helps (withdrawn and the like). taken: which winners its supporters paid for, most first.
    """

    project: str
    name: str
    cost: int
    reason: Reason
    phase: str
    round: int
    rho: Fraction | None
    votes: int
    score: int
    payers: int
    effective: Fraction | None
    money: Fraction | None
    left: Fraction | None
    covered: float | None
    missing: Fraction | None
    price: int | None
    reduction: int | None
    approvals: int | None
    taken: tuple[Taken, ...]


@dataclass(frozen=True)
class Paid:
    """What of a voter's share went to a winner, in units. full: she paid the price in full, not just her last money."""

    project: str
    amount: Fraction
    full: bool


@dataclass(frozen=True)
class Receipt:
    """What one voter's share paid for, exactly, in units. won: all winners she supports, paid for or not; lost: others.

    For rules without shares, share, left are None and paid is empty.
    """

    voter: str
    share: Fraction | None
    paid: tuple[Paid, ...]
    left: Fraction | None
    won: tuple[str, ...]
    lost: tuple[str, ...]


def voter(election: Election, outcome: Outcome, which: int) -> Receipt:
    """Say what the share of the voter at this index paid for. Raises IndexError."""
    return voters(election, outcome, [which])[0]


def voters(election: Election, outcome: Outcome, which: Sequence[int]) -> list[Receipt]:
    """Say it of several voters at once. Raises IndexError."""
    if any(not 0 <= one < election.n for one in which):
        raise IndexError(f"There is no such voter: the election has {election.n}, counted from 0.")
    if outcome.options.by_district:
        return _over_pots(election, outcome, which)
    book = _Book(election, outcome)
    return [book.receipt(one) for one in which]


def _over_pots(election: Election, outcome: Outcome, which: Sequence[int]) -> list[Receipt]:
    """Add up what each of these voters paid in the pots that she has a share of."""
    books = [(part, _Book(part.election, part.outcome)) for part in districts.parts(election, outcome)]
    found = []
    for one in which:
        mine = [(book, int(np.searchsorted(part.ballots, one))) for part, book in books if one in part.ballots]
        receipts = [book.receipt(at) for book, at in mine]
        shares = [each.share for each in receipts if each.share is not None]
        left = [each.left for each in receipts if each.left is not None]
        won = {name for each in receipts for name in each.won}
        found.append(
            Receipt(
                voter=election.voters[one] if election.voters else str(one),
                share=sum(shares, Fraction(0)) if shares else None,
                paid=tuple(paid for each in receipts for paid in each.paid),
                left=sum(left, Fraction(0)) if left else None,
                won=tuple(name for name in outcome.winners if name in won),
                lost=tuple(name for each in receipts for name in each.lost),
            )
        )
    return found


class _Book:
    """The exact prices of an outcome, to read off what single voters paid."""

    def __init__(self, election: Election, outcome: Outcome) -> None:
        self.election, self.outcome = election, outcome
        index = {one.id: p for p, one in enumerate(election.projects)}
        bases, _ = base(election, outcome.options.utility)
        self.rounds = [
            (one, index[one.project], (one.rho or Fraction(0)) * bases[index[one.project]])
            for one in paid_rounds(outcome)
        ]
        self.shared = has_shares(outcome)
        self.winners = set(outcome.winners)

    def receipt(self, which: int) -> Receipt:
        points = _points(self.election, which)
        left, paid = self.outcome.share or Fraction(0), []
        for one, project, price in self.rounds:
            if project in points:
                amount = min(left, price * points[project])
                left -= amount
                if amount:
                    paid.append(Paid(one.project, amount, amount == price * points[project]))
        ids = [self.election.projects[p].id for p in points]
        return Receipt(
            voter=self.election.voters[which] if self.election.voters else str(which),
            share=self.outcome.share if self.shared else None,
            paid=tuple(paid),
            left=left if self.shared else None,
            won=tuple(one for one in self.outcome.winners if one in set(ids)),
            lost=tuple(one for one in ids if one not in self.winners),
        )


def _points(election: Election, which: int) -> dict[int, int]:
    """What one voter gives to each project that she supports."""
    stretch = slice(int(election.start[which]), int(election.start[which + 1]))
    weights = None if election.weights is None else election.weights[which : which + 1]
    alone = replace(
        election,
        start=np.array([0, stretch.stop - stretch.start]),
        project=election.project[stretch],
        points=None if election.points is None else election.points[stretch],
        weights=weights,
        voters=(),
        electorate={},
    )
    found = supporters(alone)
    values = [1] * len(found.project) if found.value is None else found.value.tolist()
    return dict(zip(found.project.tolist(), values, strict=True))


def has_shares(outcome: Outcome) -> bool:
    """Whether voters paid: Equal Shares, unless greedy took its place."""
    if outcome.options.rule != "equal-shares" or "rejected" in outcome.trace:
        return False
    return all(one.phase != "comparison" for one in outcome.rounds)


def paid_rounds(outcome: Outcome) -> list[Round]:
    """Return the rounds in which supporters paid."""
    return [one for one in outcome.rounds if one.rho is not None] if has_shares(outcome) else []


def ledger(election: Election, outcome: Outcome) -> Ledger:
    """Return what every voter paid and has left, rounded from the exact prices. Raises ElectionError."""
    if not has_shares(outcome):
        raise ElectionError("By this rule nobody pays from a share: there is no ledger.")
    if outcome.options.by_district:
        return _ledger_of_pots(election, outcome)
    share = outcome.share or Fraction(0)
    market = Market(election, outcome.options)
    run(market, share)
    return Ledger(left=market.left, paid=float(share) - market.left)


def _ledger_of_pots(election: Election, outcome: Outcome) -> Ledger:
    left, paid = np.zeros(election.n), np.zeros(election.n)
    for part in districts.parts(election, outcome):
        alone = ledger(part.election, part.outcome)
        left[part.ballots] += alone.left
        paid[part.ballots] += alone.paid
    return Ledger(left=left, paid=paid)


def projects(election: Election, outcome: Outcome, *, only: Sequence[str] | None = None) -> tuple[Standing, ...]:
    """Say of every project (or only of some, by id), in the file's order, why it is in or out."""
    if outcome.options.by_district:
        return _by_pots(election, outcome, only)
    named = None if only is None else set(only)
    asked = [p for p, one in enumerate(election.projects) if named is None or one.id in named]
    found = (by_shares if has_shares(outcome) else by_votes)(election, outcome, asked)
    index = {one.id: p for p, one in enumerate(election.projects)}
    room = Room(election, [index[one] for one in outcome.winners])
    rounds = {one.project: (place, one) for place, one in enumerate(outcome.rounds, 1)}
    return tuple(_standing(room, outcome, p, found[p], rounds.get(election.projects[p].id)) for p in asked)


def _by_pots(election: Election, outcome: Outcome, only: Sequence[str] | None) -> tuple[Standing, ...]:
    """Explain each pot by itself; places are those among all winners, in file order."""
    place = {one.project: at for at, one in enumerate(outcome.rounds, 1)}
    order = {one.id: p for p, one in enumerate(election.projects)}
    found = [
        replace(one, round=place.get(one.project, 0))
        for part in districts.parts(election, outcome)
        for one in projects(part.election, part.outcome, only=only)
    ]
    return tuple(sorted(found, key=lambda one: order[one.project]))


def _standing(room: Room, outcome: Outcome, p: int, found: Missing, won: tuple[int, Round] | None) -> Standing:
    one = room.election.projects[p]
    place, round_ = won or (0, None)
    reason = _reason(room, outcome, p)
    lost = reason in {"short", "misfit", "no-support"}
    left = found.left if has_shares(outcome) else None
    price = min(found.price, one.cost) if found.price is not None and lost else None
    return Standing(
        project=one.id,
        name=one.name,
        cost=one.cost,
        reason=reason,
        phase=round_.phase if round_ else "",
        round=place,
        rho=round_.rho if round_ else None,
        votes=int(room.tally.votes[p]),
        score=int(room.tally.score[p]),
        payers=round_.payers if round_ else 0,
        effective=Fraction(one.cost) / round_.largest if round_ and round_.largest else None,
        money=found.money,
        left=left,
        covered=float(left / one.cost) if left is not None and one.cost else None,
        missing=one.cost - left if left is not None and reason == "short" else None,
        price=price,
        reduction=one.cost - price if price is not None else None,
        approvals=found.approvals if lost else None,
        taken=tuple(Taken(project, amount) for project, amount in found.taken),
    )


def _reason(room: Room, outcome: Outcome, p: int) -> Reason:
    refusal = room.refusal(p)
    if refusal:
        return cast(Reason, refusal)
    if not room.tally.votes[p] and has_shares(outcome):
        return "no-support"
    return "short" if has_shares(outcome) else "misfit"
