"""What every supporter has left, and what a project costs them: the loops of Equal Shares over ballots, in floats.

Nothing here decides. A price comes with a bound of its error, and who is near the price is listed; `exact.py` settles
those in whole numbers. Lists of supporters are reordered in place: the live ones first[p] … live[p]; voters without
money are moved behind. worth, weight: empty where each is 1.
"""

from __future__ import annotations

import numba
import numpy as np

UNIT = 2.0**-52


@numba.njit(cache=True)
def _even(p, first, live, voter, left, low, cost, slack, ceiling):
    """`price` where every supporter has one point and one ballot: passes without branches, which is most elections."""
    begin, end = first[p], live[p]
    poor = total = 0.0
    poors = gone = 0
    for at in range(begin, end):
        has = left[voter[at]]
        less = has < low
        total += has
        poor += has if less else 0.0
        poors += less
        gone += has == 0.0
    many = end - begin + 4
    if total + many * (slack + UNIT * total) < cost * (1 - UNIT):
        return np.inf, 0.0, 2
    if 2 * gone > end - begin:
        _bury(p, first, live, voter, left)
        poors -= end - live[p]
        end = live[p]
    near = low
    while poors < end - begin:
        rich = float(end - begin - poors)
        near = (cost - poor) / rich
        error = (poors * slack + many * UNIT * poor + UNIT * cost) / rich + 2 * UNIT * abs(near)
        if near - error > ceiling:
            return near, error, 1
        before, poor, poors = poors, 0.0, 0
        for at in range(begin, end):
            has = left[voter[at]]
            less = has < near
            poor += has if less else 0.0
            poors += less
        if poors <= before:
            return near, error, 0
    return near, 0.0, 3


@numba.njit(cache=True)
def _bury(p, first, live, voter, left):
    """Move voters without money behind the live ones."""
    at, end = first[p], live[p]
    while at < end:
        i = voter[at]
        if left[i] == 0.0:
            end -= 1
            voter[at], voter[end] = voter[end], i
        else:
            at += 1
    live[p] = end


@numba.njit(cache=True)
def price(p, first, live, voter, worth, weight, left, low, cost, slack, ceiling):  # noqa: C901, PLR0912, PLR0915 - one hot loop
    """Least price per point of project p: solves Σ min(left, price · worth) = cost from below.

    low: a price that is certainly not too high. slack: most by which left is wrong. Stops once above the ceiling.
    Returns (near, error, state): state 0 near ± error holds unless someone is near the price, 1 above the ceiling,
    2 its supporters certainly have too little, 3 in doubt whether they have enough. The lower bound near − error holds
    in states 0 and 1.
    """
    if not len(worth) and not len(weight):
        return _even(p, first, live, voter, left, low, cost, slack, ceiling)
    begin, end, middle, at = first[p], live[p], first[p], first[p]
    poor = rest = rich = poor_weight = weights = 0.0
    while at < end:
        i = voter[at]
        if left[i] == 0.0:
            end -= 1
            voter[at], voter[end] = voter[end], i
            if len(worth):
                worth[at], worth[end] = worth[end], worth[at]
            continue
        s = worth[at] if len(worth) else 1
        w = weight[i] if len(weight) else 1
        weights += w
        if left[i] < low * s:
            poor += w * left[i]
            poor_weight += w
            voter[at], voter[middle] = voter[middle], i
            if len(worth):
                worth[at], worth[middle] = worth[middle], s
            middle += 1
        else:
            rest += w * left[i]
            rich += w * s
        at += 1
    live[p] = end
    many = end - begin + 4
    if poor + rest + weights * slack + many * UNIT * (poor + rest) < cost * (1 - UNIT):
        return np.inf, 0.0, 2
    near = low
    while rich > 0.0:
        near = (cost - poor) / rich
        error = (poor_weight * slack + many * UNIT * poor + UNIT * cost) / rich + 2 * UNIT * abs(near)
        if near - error > ceiling:
            return near, error, 1
        moved = False
        at = middle
        while at < end:
            i = voter[at]
            s = worth[at] if len(worth) else 1
            if left[i] < near * s:
                w = weight[i] if len(weight) else 1
                poor += w * left[i]
                poor_weight += w
                rich -= w * s
                voter[at], voter[middle] = voter[middle], i
                if len(worth):
                    worth[at], worth[middle] = worth[middle], s
                middle += 1
                moved = True
            at += 1
        if not moved:
            return near, error, 0
    return near, 0.0, 3


@numba.njit(cache=True)
def cheapest(ready, first, live, voter, worth, weight, left, low, near, error, state, cost, base, slack):
    """Choose among the ready projects the one of least price per unit of utility, asking as few as possible.

    low, near, error: price per point, shape (m,); low is kept from earlier rounds, for prices only rise. base (m,):
    utility of one point. state: as of `price`, 4 where it wasn't asked in this round. Returns its index or -1.
    """
    for p in ready:
        state[p] = 4
    best, least = -1, np.inf
    while True:
        following, bound = -1, np.inf
        for p in ready:
            if state[p] == 4 and low[p] / base[p] < bound:
                following, bound = p, low[p] / base[p]
        if following < 0 or bound > least:
            return best
        p = following
        ceiling = least * base[p] * (1 + 4 * UNIT)
        near[p], error[p], state[p] = price(p, first, live, voter, worth, weight, left, low[p], cost[p], slack, ceiling)
        if state[p] < 2:
            low[p] = max(low[p], near[p] - error[p])
        if state[p] == 3:
            near[p] = low[p]
        if state[p] in (0, 3) and (best < 0 or near[p] / base[p] < least):
            best, least = p, near[p] / base[p]


@numba.njit(cache=True)
def split(p, first, live, voter, worth, weight, left, under, over, slack, poor, doubt):
    """Say who certainly has less than under · worth (poor), who certainly more than over · worth, and who is between.

    Fills poor and doubt with positions of the list. Returns (how many poor, how many doubted, points of the rich,
    poor ballots with their weight, all live ballots with their weight).
    """
    poors = doubts = rich = poor_weight = weights = 0
    for at in range(first[p], live[p]):
        i = voter[at]
        if left[i] == 0.0:
            continue
        s = worth[at] if len(worth) else 1
        w = weight[i] if len(weight) else 1
        weights += w
        if left[i] + slack < under * s * (1 - 4 * UNIT):
            poor[poors] = at
            poors += 1
            poor_weight += w
        elif left[i] - slack > over * s * (1 + 4 * UNIT):
            rich += w * s
        else:
            doubt[doubts] = at
            doubts += 1
    return poors, doubts, rich, poor_weight, weights


@numba.njit(cache=True)
def earlier(who, start, project, value, weight, rank, counts):
    """Count for each earlier winner (by its rank) the points that these voters gave it, weights included."""
    for i in who:
        w = weight[i] if len(weight) else 1
        for at in range(start[i], start[i + 1]):
            r = rank[project[at]]
            if r >= 0:
                counts[r] += w * value[at] if len(value) else w


@numba.njit(cache=True)
def fingerprints(who, start, project, value, rank, salts, found):
    """Sum of salts over the earlier winners that a voter supports: equal for those who paid for the same."""
    for k in range(len(who)):
        i = who[k]
        total = np.uint64(0)
        for at in range(start[i], start[i + 1]):
            r = rank[project[at]]
            if r >= 0:
                total += salts[r] * np.uint64(value[at]) if len(value) else salts[r]
        found[k] = total


@numba.njit(cache=True)
def _paid_for(i, start, project, value, rank, j, many):
    """Whether voter i supports the project j with as many points; j < 0: how many winners she supports."""
    count = 0
    for at in range(start[i], start[i + 1]):
        if j < 0:
            count += rank[project[at]] >= 0
        elif project[at] == j:
            return 1 if not len(value) or value[at] == many else 0
    return count


@numba.njit(cache=True)
def alike(who, model, start, project, value, rank, same):
    """Verify that voter who[k] supports the same earlier winners, with the same points, as model[k]."""
    for k in range(len(who)):
        i, other = who[k], model[k]
        same[k] = True
        if i == other:
            continue
        if _paid_for(i, start, project, value, rank, -1, 0) != _paid_for(other, start, project, value, rank, -1, 0):
            same[k] = False
            continue
        for at in range(start[i], start[i + 1]):
            if rank[project[at]] >= 0:
                many = value[at] if len(value) else 1
                if _paid_for(other, start, project, value, rank, project[at], many) == 0:
                    same[k] = False
                    break


@numba.njit(cache=True)
def pay(p, first, live, voter, worth, left, each):
    """Take each · worth from every live supporter; those who have less are put to 0 by the caller."""
    for at in range(first[p], live[p]):
        i = voter[at]
        if left[i] != 0.0:
            left[i] -= each * worth[at] if len(worth) else each


@numba.njit(cache=True)
def flows(p, first, live, voter, worth, weight, left, each, start, project, took):
    """Before its supporters pay for p: took[q] += what those who support q as well will pay."""
    for at in range(first[p], live[p]):
        i = voter[at]
        if left[i] == 0.0:
            continue
        pays = min(left[i], each * worth[at] if len(worth) else each)
        pays *= weight[i] if len(weight) else 1
        for choice in range(start[i], start[i + 1]):
            took[project[choice]] += pays


@numba.njit(cache=True)
def affords(p, first, live, voter, worth, weight, left, each):
    """What the supporters of p would pay at a price per point, and the points that would be paid in full."""
    total = points = 0.0
    for at in range(first[p], live[p]):
        i = voter[at]
        s = worth[at] if len(worth) else 1
        w = weight[i] if len(weight) else 1
        total += w * min(left[i], each * s)
        if left[i] >= each * s * (1 - 1e-12):
            points += w * s
    return total, points


@numba.njit(cache=True)
def spend(p, first, end, voter, worth, left, each, tiny, upward):
    """Take each · worth from the supporters up to end[p], so that left stays a bound: from above if upward."""
    for at in range(first[p], end[p]):
        i = voter[at]
        if left[i] == 0.0:
            continue
        keeps = left[i] - (each * worth[at] if len(worth) else each)
        if upward:
            left[i] = 0.0 if keeps < -tiny else max(keeps, 0.0) + tiny
        else:
            left[i] = max(keeps - tiny, 0.0)
