"""Equal Shares the obvious way: a Fraction for every voter, every price from its definition. Slow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

import numpy as np

from madang.engines.ballots.election import Election
from madang.engines.ballots.outcome import Options
from madang.engines.ballots.ties import order


@dataclass(frozen=True)
class Bought:
    project: int
    rho: Fraction
    payments: dict[int, Fraction]


def points(election: Election) -> list[dict[int, int]]:
    """What each ballot gives to each project that it supports."""
    ballots = []
    for i in range(election.n):
        stretch = slice(int(election.start[i]), int(election.start[i + 1]))
        named = [int(p) for p in election.project[stretch]]
        if election.points is not None:
            given = dict(zip(named, (int(s) for s in election.points[stretch]), strict=True))
        elif election.ballot_type == "ranking":
            given = {p: len(named) - k for k, p in enumerate(named)}
        else:
            given = dict.fromkeys(named, 1)
        if election.default_score:
            given = {p: given.get(p, election.default_score) for p in range(election.m)}
        standing = {p: s for p, s in given.items() if s > 0 and not election.projects[p].withdrawn}
        ballots.append(standing if weight(election, i) > 0 else {})
    return ballots


def weight(election: Election, i: int) -> int:
    return 1 if election.weights is None else int(election.weights[i])


def utility_of_point(election: Election, options: Options, p: int) -> int:
    cost = election.projects[p].cost
    if options.utility == "cardinality":
        return 1
    return cost if options.utility == "cost" else isqrt(cost * 10**12 // election.units)


def barred(election: Election, p: int) -> bool:
    """Withdrawn, or below the least number of votes (or points)."""
    if not election.threshold:
        return election.projects[p].withdrawn
    score = sum(w * s for w, s in _given(election, p))
    return election.projects[p].withdrawn or score < election.threshold * election.points_units


def _given(election: Election, p: int):
    for i in range(election.n):
        stretch = slice(int(election.start[i]), int(election.start[i + 1]))
        named = election.project[stretch].tolist()
        if p in named:
            at = named.index(p)
            if election.points is not None:
                yield weight(election, i), int(election.points[stretch][at])
            else:
                yield weight(election, i), len(named) - at if election.ballot_type == "ranking" else 1
        elif election.default_score:
            yield weight(election, i), election.default_score


def allowed(election: Election, won: list[int], p: int) -> bool:
    """Whether conflicts, needs, pots and quotas let p win now, the budget aside."""
    if any(p in one and any(q in one for q in won) for one in election.conflicts):
        return False
    if any(one == p and other not in won for one, other in election.needs):
        return False
    after = [*won, p]
    for limit in election.limits:
        inside = [q for q in after if q in limit.projects]
        if p in inside and limit.most is not None and sum(election.projects[q].cost for q in inside) > limit.most:
            return False
        if p in inside and limit.most_projects is not None and len(inside) > limit.most_projects:
            return False
    if not any(limit.least for limit in election.limits):
        return True
    return common(election, after) <= election.budget - sum(limit.least for limit in election.limits) or (
        common(election, after) == common(election, won)
    )


def common(election: Election, won: list[int]) -> int:
    """What these take of the money that is kept for nobody."""
    total = 0
    for limit in election.limits:
        if limit.least:
            total += max(0, sum(election.projects[q].cost for q in won if q in limit.projects) - limit.least)
    kept = {q for limit in election.limits if limit.least for q in limit.projects}
    return total + sum(election.projects[q].cost for q in won if q not in kept)


def run(election: Election, options: Options, share: Fraction) -> tuple[list[Bought], list[int]]:
    """Buy until nothing is affordable. Returns what was bought, and which were left out for want of money."""
    ballots, rank = points(election), {p: k for k, p in enumerate(order(election, options))}
    left = [share] * election.n
    supported = [p for p in range(election.m) if any(p in one for one in ballots) and not barred(election, p)]
    bought = [Bought(p, Fraction(0), {}) for p in _free(election, supported, rank)]
    candidates = [p for p in supported if election.projects[p].cost and utility_of_point(election, options, p)]
    short: list[int] = []
    while True:
        won = [one.project for one in bought]
        prices = {}
        for p in list(candidates):
            if not allowed(election, won, p):
                continue
            has = [(left[i], one[p], weight(election, i)) for i, one in enumerate(ballots) if p in one]
            price = least_price(Fraction(election.projects[p].cost), has)
            if price is None:
                candidates.remove(p)
                short.append(p)
            else:
                prices[p] = price / utility_of_point(election, options, p)
        if not prices:
            return bought, [p for p in short if allowed(election, won, p)]
        best = min(prices, key=lambda p: (prices[p], rank[p]))
        candidates.remove(best)
        each = prices[best] * utility_of_point(election, options, best)
        payments = {i: min(left[i], each * one[best]) for i, one in enumerate(ballots) if best in one}
        for i, amount in payments.items():
            left[i] -= amount
        bought.append(Bought(best, prices[best], payments))


def _free(election: Election, supported: list[int], rank: dict[int, int]) -> list[int]:
    won: list[int] = []
    while True:
        ready = [p for p in supported if not election.projects[p].cost and p not in won and allowed(election, won, p)]
        if not ready:
            return won
        won.append(min(ready, key=lambda p: rank[p]))


def least_price(cost: Fraction, has: list[tuple[Fraction, int, int]]) -> Fraction | None:
    """Least t with Σ weight · min(left, t · points) ≥ cost, trying every breakpoint."""
    if sum(w * left for left, _, w in has) < cost:
        return None
    best = None
    for breakpoint_ in [Fraction(0), *(left / s for left, s, _ in has)]:
        poor = sum(w * left for left, s, w in has if left / s <= breakpoint_)
        rich = sum(w * s for left, s, w in has if left / s > breakpoint_)
        for price in [breakpoint_, (cost - poor) / rich if rich else breakpoint_]:
            if price >= 0 and sum(w * min(left, price * s) for left, s, w in has) >= cost:
                best = price if best is None else min(best, price)
    return best


def add1(election: Election, options: Options):
    ballots = sum(weight(election, i) for i in range(election.n))
    if not ballots:
        share = Fraction(0)
    elif options.stop == "exhaustive":
        share = Fraction(election.budget, ballots)
    else:
        share = Fraction(election.budget // ballots // election.units * election.units)
    bought, short = run(election, options, share)
    steps = 0
    while short:
        cost = sum(election.projects[one.project].cost for one in bought)
        others = [p for p in _priced(election, options) if p not in {one.project for one in bought}]
        if options.stop == "exhaustive" and all(election.projects[p].cost + cost > election.budget for p in others):
            break
        following, later = run(election, options, share + election.units)
        if sum(election.projects[one.project].cost for one in following) > election.budget:
            break
        bought, short, share, steps = following, later, share + election.units, steps + 1
    return bought, short, share, steps


def _priced(election: Election, options: Options) -> list[int]:
    ballots = points(election)
    return [
        p for p in range(election.m)
        if any(p in one for one in ballots) and not barred(election, p)
        and election.projects[p].cost and utility_of_point(election, options, p)
    ]  # fmt: skip


def count(election: Election, options: Options):
    """Winners with ρ, and the share, after the completion."""
    if options.completion.startswith("add1"):
        bought, _, share, _ = add1(election, options)
    else:
        ballots = sum(weight(election, i) for i in range(election.n))
        share = Fraction(election.budget, ballots) if ballots else Fraction(0)
        bought, _ = run(election, options, share)
    won = [one.project for one in bought]
    if "utilitarian" in options.completion or options.completion == "add1u":
        won = fill(election, options, won)
    if options.comparison:
        won = compare(election, won, fill(election, options, []))
    return won, bought, share


def fill(election: Election, options: Options, won: list[int]) -> list[int]:
    """Greedily by score, again from the top whenever something was taken."""
    rank = {p: k for k, p in enumerate(order(election, options))}
    score = [sum(w * s for w, s in _given(election, p)) for p in range(election.m)]
    won = list(won)
    while True:
        cost = sum(election.projects[p].cost for p in won)
        fitting = [
            p for p in range(election.m)
            if p not in won and not barred(election, p) and allowed(election, won, p)
            and cost + election.projects[p].cost <= election.budget
        ]  # fmt: skip
        if not fitting:
            return won
        won.append(min(fitting, key=lambda p: (-score[p], rank[p])))


def compare(election: Election, mine: list[int], greedy: list[int]) -> list[int]:
    better = worse = 0
    for i, one in enumerate(points(election)):
        has, would = sum(p in one for p in mine), sum(p in one for p in greedy)
        better += weight(election, i) * (would > has)
        worse += weight(election, i) * (would < has)
    return greedy if better > worse else mine


def without_arrays(election: Election) -> Election:
    """The same election with its own copies of the arrays."""
    return replace(election, start=np.array(election.start), project=np.array(election.project))
