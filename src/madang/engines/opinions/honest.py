"""The honest map: groups only where the votes hold them, statements named only where other votes confirm them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from madang.engines.opinions import (
    ENGINE_VERSION,
    bridging,
    drawing,
    factors,
    findings,
    grouping,
    nulls,
    ranks,
    routing,
    shares,
)
from madang.engines.opinions.cells import Cells, rows_of, some_people
from madang.engines.opinions.results import Finding, Group, OpinionMap, Scored, Stability
from madang.engines.opinions.votes import Votes

ENOUGH_VOTES = 7  # votes (or all statements, if fewer) from which a person helps to form groups
ENOUGH_PEOPLE = 15
FEWEST_STATEMENTS = 3
SMALLEST = 5  # people in the smallest group shown
MOST_GROUPS = 10
STEADY = 0.6  # median adjusted Rand index from which a grouping counts as stable
NEARLY = 0.05  # more groups are preferred if their index is that near the best
SURE = 0.05  # chance of a wrong group up to which a person with few votes is put in one
RADIUS95 = 2.447746830680816  # of a normal distribution in the plane
MOST_GROWTH = 8.0  # how many times today's votes an estimate may reach
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Placed:
    """People on the map in the rows of the cells: points (n, r), covariance (n, 2, 2) on the picture, loadings
    (m, r).

    core: the people on whom resampling is done. enough: who voted enough to form groups (n,), least: how often that is.
    turn: (r, r), from the fitted factors to the axes of the map.
    """

    cells: Cells
    core: Cells
    points: Floats
    covariance: Floats
    loadings: Floats
    fitted: factors.Factors
    enough: NDArray[np.bool_]
    least: int
    turn: Floats


@dataclass(frozen=True)
class Grouping:
    """Labels of the rows (n,), centers (k, r), the tests behind the findings."""

    labels: grouping.Labels
    centers: Floats
    tests: findings.Tests


def honest_map(votes: Votes, *, seed: int = 0) -> OpinionMap:
    """The map of these votes. Deterministic: the same votes and seed give the same bytes, in whatever order people and
    statements are listed. O(votes) time with about 150 fits of at most a million votes, O(people + votes) memory.
    """
    placed = _placed(rows_of(votes), seed)
    rank = placed.points.shape[1]
    parts = findings.halves(placed.cells, seed=drawing.derived(seed, 2), rank=rank) if len(placed.cells) else ()
    stability, steady = _stability(placed, seed)
    stability, found = _grouped(placed, parts, stability, steady, seed)
    return _told(votes, placed, parts, stability, found, seed)


def _placed(cells: Cells, seed: int) -> Placed:
    least = min(ENOUGH_VOTES, cells.m)
    enough = (cells.counted() >= least) & (least > 0)
    core = nulls.core(cells, enough, drawing.derived(seed, 3))
    fitted = factors.fit(cells, rank=ranks.rank_of(core, drawing.derived(seed, 7)), seed=drawing.derived(seed, 1))
    points, loadings, turn = factors.turned(fitted)
    covariance = factors.spread(cells, fitted, turn[:, :2])
    return Placed(cells, core, points, covariance, loadings, fitted, enough, least, turn)


def _stability(placed: Placed, seed: int) -> tuple[Stability, nulls.Steadiness | None]:
    people = int(placed.enough.sum())
    if people < ENOUGH_PEOPLE or placed.cells.m < FEWEST_STATEMENTS or not placed.points.any():
        return _too_few(placed), None
    core, rank = placed.core, placed.points.shape[1]
    ks = tuple(range(2, min(MOST_GROUPS, core.n // 10) + 1)) or (2,)
    steady = nulls.steadiness(core, ks, seed=drawing.derived(seed, 4), rank=rank)
    own = steady.null_95()
    tried = tuple((k, float(a), float(b)) for k, a, b in zip(ks, steady.ari, own, strict=True))
    best = int(steady.ari.argmax())
    at = int(best if steady.ari[best] >= STEADY else 0)
    verdict = "unstable" if steady.ari[best] < STEADY else "no-better-than-chance"
    return Stability(ks[at], tried[at][1], tried[at][2], verdict, {}, tried), steady


def _too_few(placed: Placed) -> Stability:
    """Not tested: too few people, or too few who voted enough; or everybody answers alike."""
    voters, enough = int((placed.cells.counted() > 0).sum()), int(placed.enough.sum())
    if voters >= ENOUGH_PEOPLE and enough >= ENOUGH_PEOPLE and placed.cells.m >= FEWEST_STATEMENTS:
        return Stability(None, None, None, "all-alike")
    needed = {
        "people": float(ENOUGH_PEOPLE),
        "people_now": float(enough),
        "votes_per_person": float(max(placed.least, FEWEST_STATEMENTS)),
        "votes_per_person_now": _typical(placed.cells),
    }
    return Stability(None, None, None, "few-people" if voters < ENOUGH_PEOPLE else "few-votes", needed)


def _typical(cells: Cells) -> float:
    """Median votes of those who voted."""
    counted = cells.counted()
    return float(np.median(counted[counted > 0])) if counted.any() else 0.0


def _with_needed(placed: Placed, stability: Stability, chance: float, seed: int) -> Stability:
    """What would be needed: the votes at which stability, growing as it did when votes doubled, would pass the test.

    Rests on that growth only. Left out where stability is no better than chance, does not grow, or would need more than
    MOST_GROWTH times today's votes: then more of the same votes promise nothing.
    """
    k, ari = stability.k or 2, stability.ari or 0.0
    gain = nulls.growth(placed.core, k, ari, seed=drawing.derived(seed, 8), rank=placed.points.shape[1])
    now = _typical(placed.core)
    needed = {"votes_per_person_now": now, "people_now": float(placed.enough.sum()), "growth_per_doubling": gain}
    missing = max(STEADY, chance) - ari
    if ari > (stability.null_ari_95 or 0.0) and gain > 0 and 0 < missing <= gain * np.log2(MOST_GROWTH):
        needed["votes_per_person"] = float(np.ceil(now * 2 ** (missing / gain)))
    return replace(stability, needed=needed)


def _grouped(
    placed: Placed, parts: tuple[findings.Half, ...], stability: Stability, steady: nulls.Steadiness | None, seed: int
) -> tuple[Stability, Grouping | None]:
    """The largest number of groups that is stable, beats chance, and whose groups all have something to tell."""
    if steady is None:
        return stability, None
    chance = steady.null_95_of_best()
    good = [t for t in stability.tried if t[1] >= STEADY and t[1] > max(t[2], chance)]
    best = max((t[1] for t in good), default=0.0)
    for k, ari, null in sorted((t for t in good if t[1] >= best - NEARLY), reverse=True):
        found = _groups(placed, parts, k, seed)
        if found is not None:
            return Stability(k, ari, null, "shown", {}, stability.tried), found
        stability = Stability(k, ari, null, "nothing-to-tell", {}, stability.tried)
    return _with_needed(placed, stability, chance, seed), None


def _groups(placed: Placed, parts: tuple[findings.Half, ...], k: int, seed: int) -> Grouping | None:
    own = drawing.derived(seed, 5, k)
    labels = np.full(placed.cells.n, -1, np.int32)
    labels[placed.enough], centers = grouping.kmeans(placed.points[placed.enough], k, own)
    labels, centers = grouping.by_size(labels, centers)
    if np.bincount(labels[labels >= 0], minlength=k).min() < SMALLEST:
        return None
    least = max(1, placed.least // 2)
    tests = findings.tests(placed.cells, parts, labels, k, least=least)
    if not tests.found().any(axis=(1, 2)).all():
        return None
    few = np.flatnonzero(~placed.enough & (placed.cells.counted() > 0))
    covariance = factors.spread(some_people(placed.cells, few), placed.fitted, placed.turn)
    nearest, wrong = grouping.surest(placed.points[few], covariance, centers)
    labels[few[wrong <= SURE]] = nearest[wrong <= SURE]
    return Grouping(labels, centers, tests)


def _told(
    votes: Votes,
    placed: Placed,
    parts: tuple[findings.Half, ...],
    stability: Stability,
    found: Grouping | None,
    seed: int,
) -> OpinionMap:
    """Rows back to the order of the votes, and everything that does not depend on groups."""
    cells, n = placed.cells, len(votes.people)
    points, group = np.full((n, 2), np.nan), np.full(n, -1, np.int32)
    uncertainty, some = np.full(n, np.nan), cells.counted() > 0
    points[cells.people[some]] = placed.points[some, :2]
    uncertainty[cells.people[some]] = RADIUS95 * np.sqrt(_widest(placed.covariance[some]))
    if found is not None:
        group[cells.people] = found.labels
    k = 0 if found is None else len(found.centers)
    counts = shares.tallies(votes, group, k)
    shown = np.zeros(len(votes.statements), np.bool_)
    shown[cells.statements] = True
    return OpinionMap(
        "honest",
        seed,
        ENGINE_VERSION,
        votes.digest(),
        votes.people,
        votes.statements,
        len(votes),
        points,
        group,
        np.bincount(votes.person, minlength=n).astype(np.int32),
        uncertainty,
        () if found is None else _group_list(votes, cells, found, counts, group, shown),
        stability,
        shares.consensus(votes.statements, counts, shown),
        _bridges(votes, cells, seed),
        _divisive(votes, cells, parts),
        _scores(votes, placed, counts),
        _trace(placed, parts, found),
    )


def _widest(covariance: Floats) -> Floats:
    """The larger eigenvalue of symmetric 2×2 matrices (…, 2, 2)."""
    a, b, c = covariance[..., 0, 0], covariance[..., 0, 1], covariance[..., 1, 1]
    return (a + c) / 2 + np.sqrt(((a - c) / 2) ** 2 + b**2)


def _group_list(
    votes: Votes,
    cells: Cells,
    found: Grouping,
    counts: NDArray[np.int64],
    group: NDArray[np.int32],
    shown: NDArray[np.bool_],
) -> tuple[Group, ...]:
    own = counts[:-1]
    return tuple(
        Group(
            g,
            int((group == g).sum()),
            _findings(votes, cells, found.tests, own, g),
            (float(found.centers[g, 0]), float(found.centers[g, 1])),
            own[g],
            shares.shared(votes.statements, own, g, shown),
        )
        for g in range(len(own))
    )


def _findings(
    votes: Votes, cells: Cells, tests: findings.Tests, counts: NDArray[np.int64], g: int
) -> tuple[Finding, ...]:
    """Strongest first: by the difference of shares on votes that had no say in the groups."""
    told = []
    seen = counts.sum(2)
    for row, d in np.argwhere(tests.found()[g]):
        j = int(cells.statements[row])
        inside, rest = int(seen[g, j]), int(seen[:, j].sum() - seen[g, j])
        apart = float(tests.inside[g, row, d] - tests.outside[g, row, d])
        told.append(
            Finding(
                votes.statements[j],
                shares.DIRECTIONS[d],
                counts[g, j, d] / inside if inside else 0.0,
                (counts[:, j, d].sum() - counts[g, j, d]) / rest if rest else 0.0,
                inside,
                rest,
                apart,
                float(tests.p[g, row, d]),
                float(tests.q[g, row, d]),
                (float(tests.inside[g, row, d]), float(tests.outside[g, row, d])),
            )
        )
    return tuple(sorted(told, key=lambda f: (-f.score, f.statement, f.direction)))


def _bridges(votes: Votes, cells: Cells, seed: int) -> tuple[Scored, ...]:
    """Statements that both ends of the divide are expected to agree with, and that do better than the average."""
    if not len(cells):
        return ()
    found = bridging.bridging(cells, seed=drawing.derived(seed, 6))
    good = (found.low > 0) & (found.ends[:, 0] > 0.5)
    return _ranked(votes, cells, found.score, found.low, found.high, good)


def _divisive(votes: Votes, cells: Cells, parts: tuple[findings.Half, ...]) -> tuple[Scored, ...]:
    if not parts:
        return ()
    found = bridging.divisiveness(cells, parts)
    good = (np.nan_to_num(found.q, nan=1.0) <= findings.RATE) & (found.low > 0)
    return _ranked(votes, cells, found.score, found.low, found.high, good)


def _ranked(
    votes: Votes, cells: Cells, score: Floats, low: Floats, high: Floats, good: NDArray[np.bool_]
) -> tuple[Scored, ...]:
    names = [votes.statements[j] for j in cells.statements]
    told = [Scored(names[j], float(score[j]), float(low[j]), float(high[j])) for j in np.flatnonzero(good)]
    return tuple(sorted(told, key=lambda s: (-s.score, s.statement)))


def _scores(votes: Votes, placed: Placed, counts: NDArray[np.int64]) -> tuple[shares.StatementScore, ...]:
    m, at = len(votes.statements), placed.cells.statements
    loadings, extremity, priority = np.zeros((m, 2)), np.zeros(m), np.zeros(m)
    loadings[at] = placed.loadings[:, :2]
    some = placed.cells.counted() > 0
    if some.any():
        second = placed.points[some, :2].T @ placed.points[some, :2] / some.sum()
        extremity = np.sqrt(np.maximum(np.einsum("mp,pq,mq->m", loadings, second, loadings), 0.0))
        state = routing.State(counts[-1].sum(1), counts[-1][:, 2], loadings)
        priority[at] = routing.worth(state)[at]
    return shares.statement_scores(votes.statements, counts, extremity, priority)


def _trace(placed: Placed, parts: tuple[findings.Half, ...], found: Grouping | None) -> dict[str, object]:
    return {
        "rank": int(placed.points.shape[1]),
        "people_resampled": placed.core.n,
        "ridge": factors.RIDGE,
        "noise": placed.fitted.noise,
        "spread": [float(x) for x in placed.points.std(0)] if placed.cells.n else [],
        "people_with_enough_votes": int(placed.enough.sum()),
        "votes_needed_to_form_groups": placed.least,
        "statements": placed.cells.statements.tolist(),
        "loadings": placed.loadings[:, :2].tolist(),
        "intercept": placed.fitted.intercept.tolist(),
        "turn": placed.turn.tolist(),
        "all_loadings": placed.loadings.tolist(),
        "splits": len(parts) // 2,
        "tests": 0 if found is None else int((~np.isnan(found.tests.p)).sum()),
    }
