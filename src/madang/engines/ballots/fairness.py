"""How fair an outcome is: who got nothing, whose vote moved how much money, by district and group, and whether
any group was passed over (`priceability.py` has the other proof).

Everything holds for any rule, from winners and ballots; only `certificate` needs one with shares.

Influence: each winner's cost, divided among those who support it (by points where ballots have them). Exclusion:
ballots without any winner, blank ones included. EJR+ up to any project, with cost as utility (Brill and Peters 2023,
arXiv 2302.01989): a project that lost is a violation if some k of its supporters deserve it, k·B/n ≥ the cost of the
winners that each of them supports plus its own. Equal Shares with cost utility and approvals has none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from madang.engines.ballots.conversion import Supporters, supporters
from madang.engines.ballots.conversion import voters as ballots_of
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.priceability import Certificate, certificate
from madang.engines.ballots.room import Room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Outcome

__all__ = [
    "Certificate",
    "Facts",
    "Fairness",
    "Satisfaction",
    "SideBySide",
    "by_category",
    "by_group",
    "certificate",
    "ejr_plus",
    "fairness",
    "gini",
    "side_by_side",
    "summary",
]

# Equal widths in which influence is shown, and numbers of approved winners that are told apart.
BINS, MOST_WINNERS = 20, 20


@dataclass(frozen=True)
class Satisfaction:
    """Of some ballots: how many, how many of them without a winner, approved winners and influence (units) on average.

    spent: influence of all of them together, in units.
    """

    ballots: int
    excluded: int
    winners: float
    influence: float
    spent: float

    @property
    def exclusion_ratio(self) -> float:
        return self.excluded / self.ballots if self.ballots else 0.0


@dataclass(frozen=True)
class Fairness:
    """Of an outcome. gini_of_power: of influence, 0 equal … 1 all with one. histogram: ballots with 0, 1, … winners.

    influence: (upper edge in units, ballots) in equal widths. ejr_plus: projects that violate it, by id.
    categories: share of votes and share of money by category (a project in several counts to each in equal parts).
    """

    everybody: Satisfaction
    gini_of_power: float
    histogram: tuple[int, ...]
    influence: tuple[tuple[float, int], ...]
    ejr_plus: tuple[str, ...]
    categories: dict[str, tuple[float, float]]


class Facts:
    """What all figures stand on, once for an election and an outcome; influence and winners are of shape (n,)."""

    def __init__(self, election: Election, outcome: Outcome, found: Supporters | None = None) -> None:
        self.election, self.outcome = election, outcome
        self.found = supporters(election) if found is None else found
        index = {one.id: p for p, one in enumerate(election.projects)}
        self.won = np.zeros(election.m, dtype=bool)
        self.won[[index[one] for one in outcome.winners]] = True
        self.cost = np.array([one.cost for one in election.projects], dtype=object)
        self.weight = np.ones(election.n, dtype=np.int64) if election.weights is None else election.weights
        self.winners = self.sum(self.won.astype(np.int64))
        self.influence = self._influence()

    def sum(self, of: NDArray[Any], values: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """Add up, per voter, what each project that she supports counts."""
        found = self.found
        each = of[found.project] if values is None else of[found.project] * values
        total = np.zeros(len(each) + 1, dtype=each.dtype)
        np.cumsum(each, out=total[1:])
        return total[found.start[1:]] - total[found.start[:-1]]

    def _influence(self) -> NDArray[np.float64]:
        found, m = self.found, self.election.m
        worth = np.ones(len(found.voter)) if found.worth is None else found.worth.astype(float)
        points = np.zeros(m)
        heavy = worth if self.election.weights is None else worth * self.weight[found.voter]
        filled = np.flatnonzero(np.diff(found.first))
        points[filled] = np.add.reduceat(heavy, found.first[filled]) if len(filled) else 0.0
        each = np.where(self.won & (points > 0), self.cost.astype(float) / np.maximum(points, 1.0), 0.0)
        influence = np.zeros(self.election.n)
        for p in np.flatnonzero(self.won):
            stretch = slice(int(found.first[p]), int(found.first[p + 1]))
            influence[found.voter[stretch]] += each[p] * worth[stretch]
        return influence

    def satisfaction(self, some: NDArray[np.bool_] | None = None) -> Satisfaction:
        """Return how satisfied some voters are, or all."""
        weight = self.weight if some is None else self.weight * some
        ballots = int(weight.sum())
        spent = float(weight @ self.influence)
        many = max(ballots, 1)
        return Satisfaction(
            ballots, int(weight[self.winners == 0].sum()), float(weight @ self.winners) / many, spent / many, spent
        )


def summary(election: Election, outcome: Outcome) -> dict[str, float | int]:
    """Return exclusion_ratio, gini_of_power and ejr_plus_violations."""
    facts = Facts(election, outcome)
    return {
        "exclusion_ratio": facts.satisfaction().exclusion_ratio,
        "gini_of_power": gini(facts.influence, facts.weight),
        "ejr_plus_violations": len(ejr_plus(facts)),
    }


def fairness(election: Election, outcome: Outcome) -> Fairness:
    """Return all figures of an outcome that need nothing but ballots and winners."""
    facts = Facts(election, outcome)
    counts = np.bincount(np.minimum(facts.winners, MOST_WINNERS), weights=facts.weight, minlength=1)
    return Fairness(
        everybody=facts.satisfaction(),
        gini_of_power=gini(facts.influence, facts.weight),
        histogram=tuple(int(one) for one in counts),
        influence=_bins(facts),
        ejr_plus=ejr_plus(facts),
        categories=by_category(facts),
    )


def gini(values: NDArray[np.float64], weight: NDArray[np.int64]) -> float:
    """Return the Gini coefficient of values, each as often as its weight says.

    >>> gini(np.array([1.0, 1.0]), np.array([1, 1])), gini(np.array([0.0, 4.0]), np.array([3, 1]))
    (0.0, 0.75)
    """
    order = np.argsort(values, kind="stable")
    values, many = values[order], weight[order].astype(float)
    total, ballots = float(values @ many), float(many.sum())
    if total <= 0:
        return 0.0
    # Twice the area under the Lorenz curve.
    below = np.cumsum(values * many)
    area = float((many * (2 * below - values * many)).sum()) / (ballots * total)
    return max(0.0, 1.0 - area)


def _bins(facts: Facts) -> tuple[tuple[float, int], ...]:
    top = float(facts.influence.max(initial=0.0))
    if top <= 0:
        return ()
    counts, edges = np.histogram(facts.influence, bins=BINS, range=(0.0, top), weights=facts.weight)
    return tuple((float(edge), int(many)) for edge, many in zip(edges[1:], counts, strict=True))


def ejr_plus(facts: Facts) -> tuple[str, ...]:
    """Return the projects that lost although enough of their supporters deserve them, by id. Exact."""
    election = facts.election
    ballots = ballots_of(election)
    index = {one.id: p for p, one in enumerate(election.projects)}
    room = Room(election, [index[one] for one in facts.outcome.winners])
    costs = _whole(facts.cost)
    has = facts.sum(np.where(facts.won, costs, 0))
    violations = []
    for p in range(election.m):
        if facts.won[p] or room.refusal(p):
            continue
        who = facts.found.of(p)
        order = np.argsort(has[who], kind="stable")
        reach = np.cumsum(facts.weight[who][order])
        if _deserves(has[who][order], reach, int(costs[p]), election.budget, ballots):
            violations.append(election.projects[p].id)
    return tuple(violations)


def _whole(costs: NDArray[Any]) -> NDArray[Any]:
    """Return costs as int64 where their sum fits, else as Python's numbers."""
    return costs.astype(np.int64) if sum(costs.tolist()) < 2**62 else costs


def _deserves(has: NDArray[Any], reach: NDArray[np.int64], cost: int, budget: int, ballots: int) -> bool:
    """Whether some first k voters, ordered by what they have, could pay for it: has + cost ≤ k·B/n."""
    near = (has.astype(float) + cost) * ballots <= reach.astype(float) * budget * (1 + 1e-9)
    return any((int(has[k]) + cost) * ballots <= int(reach[k]) * budget for k in np.flatnonzero(near))


def by_category(facts: Facts) -> dict[str, tuple[float, float]]:
    """Return per category its share of the votes and of the money spent."""
    votes: dict[str, float] = defaultdict(float)
    money: dict[str, float] = defaultdict(float)
    support = np.diff(facts.found.first)
    for p, one in enumerate(facts.election.projects):
        for category in one.categories:
            votes[category] += float(support[p]) / len(one.categories)
            money[category] += one.cost / len(one.categories) if facts.won[p] else 0.0
    all_votes, all_money = sum(votes.values()) or 1.0, sum(money.values()) or 1.0
    return {name: (votes[name] / all_votes, money[name] / all_money) for name in sorted(votes)}


def by_group(election: Election, outcome: Outcome, column: str) -> dict[str, Satisfaction]:
    """Return satisfaction by what a column of the electorate says (district, age, sex, …). Raises ElectionError."""
    if column not in election.electorate:
        known = ", ".join(sorted(election.electorate)) or "none"
        raise ElectionError(f"The voters have no column {column}: choose one of these: {known}.")
    facts = Facts(election, outcome)
    names, which = np.unique(np.array(election.electorate[column]), return_inverse=True)
    return {str(name): facts.satisfaction(which == k) for k, name in enumerate(names)}


@dataclass(frozen=True)
class SideBySide:
    """Two outcomes of one election. both, only_left, only_right: winners by id, in file order.

    prefer_left: ballots with more approved winners there; prefer_right; indifferent.
    """

    left: Fairness
    right: Fairness
    both: tuple[str, ...]
    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    prefer_left: int
    prefer_right: int
    indifferent: int


def side_by_side(election: Election, left: Outcome, right: Outcome) -> SideBySide:
    """Compare two outcomes, such as greedy and Equal Shares."""
    found = supporters(election)
    one, other = Facts(election, left, found), Facts(election, right, found)

    def named(some: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(election.projects[p].id for p in np.flatnonzero(some))

    more, less = one.winners > other.winners, one.winners < other.winners
    return SideBySide(
        fairness(election, left),
        fairness(election, right),
        named(one.won & other.won),
        named(one.won & ~other.won),
        named(other.won & ~one.won),
        int(one.weight[more].sum()),
        int(one.weight[less].sum()),
        int(one.weight[~more & ~less].sum()),
    )
