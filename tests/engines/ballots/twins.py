"""Every rule once more, slow and obvious, in fractions: what the engine must agree with, winner for winner."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import isqrt

from madang.engines.ballots.ties import lot


class Twin:
    """An election spelled out: per voter a dict of project → worth, and how often the ballot counts."""

    def __init__(self, election, options):
        self.election, self.options = election, options
        self.projects = range(election.m)
        self.cost = [one.cost for one in election.projects]
        self.ballots = [self._ballot(i) for i in range(election.n)]
        self.weights = [1] * election.n if election.weights is None else [int(w) for w in election.weights]
        self.votes = [sum(w for b, w in zip(self.named(), self.weights, strict=True) if p in b) for p in self.projects]
        self.score = [
            sum(w * b.get(p, 0) for b, w in zip(self.ballots, self.weights, strict=True)) for p in self.projects
        ]
        self.rank = self._ranks()
        self.won = []

    def named(self):
        e = self.election
        return [set(e.project[e.start[i] : e.start[i + 1]].tolist()) for i in range(e.n)]

    def _ballot(self, i):
        e = self.election
        chosen = e.project[e.start[i] : e.start[i + 1]].tolist()
        if e.points is not None:
            worth = dict(zip(chosen, e.points[e.start[i] : e.start[i + 1]].tolist(), strict=True))
        elif e.ballot_type == "ranking":
            worth = {p: len(chosen) - position for position, p in enumerate(chosen)}
        else:
            worth = dict.fromkeys(chosen, 1)
        if e.default_score:
            worth = {**dict.fromkeys(self.projects, e.default_score), **worth}
        return worth

    def _ranks(self):
        o, ids = self.options, [one.id for one in self.election.projects]
        if o.tie == "file":
            return list(self.projects)
        key = {
            "lot": lambda p: lot(o.seed, ids[p]),
            "cost-votes-lot": lambda p: (self.cost[p], -self.votes[p], lot(o.seed, ids[p])),
        }[o.tie]
        order = sorted(self.projects, key=key)
        return [order.index(p) for p in self.projects]

    # Conditions.

    def allowed(self, winners):  # noqa: PLR0911 - one condition, one line
        """Whether a whole set keeps every condition but the budget, needs and eligibility included."""
        e = self.election
        chosen = set(winners)
        if any(e.projects[p].withdrawn for p in chosen):
            return False
        if e.threshold and any(self.score[p] < e.threshold * e.points_units for p in chosen):
            return False
        if any(len(conflict & chosen) > 1 for conflict in e.conflicts):
            return False
        if any(p in chosen and q not in chosen for p, q in e.needs):
            return False
        outside, reserved = sum(self.cost[p] for p in chosen), 0
        for limit in e.limits:
            inside = sum(self.cost[p] for p in chosen & limit.projects)
            if limit.most is not None and inside > limit.most:
                return False
            if limit.most_projects is not None and len(chosen & limit.projects) > limit.most_projects:
                return False
            if limit.least:
                outside -= min(inside, limit.least)
                reserved += limit.least
        return not reserved or outside <= e.budget - reserved

    def fits(self, p):
        return sum(self.cost[q] for q in self.won) + self.cost[p] <= self.election.budget

    def open(self):
        """Projects that can be taken now, budget aside."""
        return [p for p in self.projects if p not in self.won and self.allowed([*self.won, p])]

    def ids(self):
        return tuple(self.election.projects[p].id for p in self.won)

    def base(self, p):
        e = self.election
        scale = 10**6
        return {
            "cardinality": 1, "cost": self.cost[p], "sqrt-cost": isqrt(self.cost[p] * scale * scale // e.units),
        }[self.options.utility]  # fmt: skip

    def supporters(self, p):
        """Voters with what they give the project, where that is positive and their ballot counts."""
        return [(i, b[p]) for i, b in enumerate(self.ballots) if b.get(p, 0) > 0 and self.weights[i] > 0]


def greedy(election, options):
    t = Twin(election, options)

    def merit(p):
        if options.rule == "greedy-per-cost":
            return Fraction(t.score[p], t.cost[p]) if t.cost[p] else Fraction(10**30) + t.score[p]
        return t.score[p]

    while True:
        left = [p for p in t.open() if options.rule in {"greedy-no-skip", "greedy-80-percent"} or t.fits(p)]
        if not left:
            return t.ids()
        p = min(left, key=lambda p: (-merit(p), t.rank[p]))
        if not t.fits(p):
            remaining = election.budget - sum(t.cost[q] for q in t.won)
            if options.rule == "greedy-80-percent" and Fraction(remaining) >= Fraction(8, 10) * t.cost[p]:
                t.won.append(p)
            return t.ids()
        t.won.append(p)


def phragmen(election, options):
    t = Twin(election, options)
    load = [Fraction(0)] * election.n
    while True:
        loads = {}
        for p in t.open():
            people = t.supporters(p)
            if people and t.cost[p] <= election.budget:
                many = sum(t.weights[i] for i, _ in people)
                loads[p] = (t.cost[p] + sum(t.weights[i] * load[i] for i, _ in people)) / many
        if not loads:
            return t.ids()
        tied = [p for p in loads if loads[p] == min(loads.values())]
        if not all(t.fits(p) for p in tied):
            return t.ids()
        p = min(tied, key=lambda p: t.rank[p])
        t.won.append(p)
        for i, _ in t.supporters(p):
            load[i] = loads[p]


def overspending(election, options):
    t = Twin(election, options)
    n = sum(t.weights)
    left = [Fraction(election.budget, n) if n else Fraction(0)] * election.n
    while True:
        offers = {}
        for p in t.open():
            people = [(i, v * t.base(p)) for i, v in t.supporters(p)]
            if not people or not t.fits(p):
                continue
            if not t.cost[p]:
                offers[p] = (Fraction(0), Fraction(0), Fraction(0))
                continue
            best = _best(t, p, [one for one in people if one[1]], left)
            if best is not None:
                offers[p] = best
        if not offers:
            return t.ids()
        tied = [p for p in offers if offers[p][0] == min(one[0] for one in offers.values())]
        p = min(tied, key=lambda p: t.rank[p])
        t.won.append(p)
        for i, u in t.supporters(p):
            left[i] -= min(left[i], offers[p][2] * u * t.base(p))


def _best(t, p, people, left):
    """The least ρ/α, then the greatest α, with ρ."""

    def paid(price):
        return sum(t.weights[i] * min(left[i], price * u) for i, u in people)

    cost = t.cost[p]
    prices = {left[i] / u for i, u in people if left[i] > 0}
    total = sum(t.weights[i] * left[i] for i, _ in people)
    if prices and total >= cost:
        poor, rest = Fraction(0), sum(t.weights[i] * u for i, u in people)
        for i, u in sorted(people, key=lambda one: left[one[0]] / one[1]):
            if paid(left[i] / u) >= cost:
                prices.add((cost - poor) / rest)
                break
            poor += t.weights[i] * left[i]
            rest -= t.weights[i] * u
    found = []
    for price in prices:
        part = min(Fraction(1), paid(price) / cost)
        found.append((price / part / part, -part, price / part))
    return min(found, default=None)


def knapsack(election, options):
    """The best set of all, by trying all: welfare, then least cost, then first in the tie order."""
    t = Twin(election, options)
    best = None
    for size in range(election.m + 1):
        for chosen in combinations(t.projects, size):
            cost = sum(t.cost[p] for p in chosen)
            if cost > election.budget or not t.allowed(chosen):
                continue
            worth = sum(t.score[p] * t.base(p) for p in chosen)
            places = sorted(t.rank[p] for p in chosen)
            key = (-worth, cost, _first(places, election.m))
            if best is None or key < best[0]:
                best = (key, chosen)
    return {election.projects[p].id for p in best[1]}


def _first(places, m):
    """Smaller for the set that holds the earliest project in which two sets differ."""
    return tuple(0 if place in places else 1 for place in range(m))
