"""Counts and shares of statements, over everybody and by group; what nearly all agree on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from madang.engines.opinions.intervals import q_values, share, wilson
from madang.engines.opinions.results import Agreement, Direction, StatementScore
from madang.engines.opinions.votes import Votes

RATE = 0.10
FEW = 20
LEAST = 5
DIRECTIONS: tuple[Direction, ...] = ("agree", "disagree")
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def tallies(votes: Votes, group: NDArray[np.int32], k: int) -> Counts:
    """Counts (k + 1, m, 3) of agree, disagree, pass by group; the last row counts everybody, in a group or not."""
    m, column = len(votes.statements), np.array([1, 2, 0])  # disagree -1, pass 0, agree 1
    cell = votes.statement.astype(np.int64) * 3 + column[votes.value.astype(np.int64) + 1]
    out = np.zeros((k + 1, m * 3), np.int64)
    out[k] = np.bincount(cell, minlength=m * 3)
    if k:
        own = group[votes.person]
        out[:k] = np.bincount(own[own >= 0] * (m * 3) + cell[own >= 0], minlength=k * m * 3).reshape(k, m * 3)
    return out.reshape(k + 1, m, 3)


def geometric(counts: Counts) -> Floats:
    """Geometric mean over groups of (count + 1) / (seen + 2) for agree and disagree, shape (m, 2).

    Polis multiplies the same shares; the root keeps the number comparable when the number of groups changes.
    """
    smoothed = (counts[:, :, :2] + 1.0) / (counts.sum(2, keepdims=True) + 2.0)
    return np.exp(np.log(smoothed).mean(0))


def statement_scores(
    statements: tuple[str, ...], counts: Counts, extremity: Floats, priority: Floats
) -> tuple[StatementScore, ...]:
    """One per statement, in their order. counts: as tallies gives."""
    everybody, groups = counts[-1], counts[:-1]
    aware = geometric(groups)[:, 0] if len(groups) else None
    return tuple(
        StatementScore(
            name,
            agree=int(everybody[j, 0]),
            disagree=int(everybody[j, 1]),
            passed=int(everybody[j, 2]),
            seen=int(everybody[j].sum()),
            extremity=float(extremity[j]),
            priority=float(priority[j]),
            agree_share=share(int(everybody[j, 0]), int(everybody[j].sum())),
            disagree_share=share(int(everybody[j, 1]), int(everybody[j].sum())),
            pass_share=share(int(everybody[j, 2]), int(everybody[j].sum())),
            group_aware=None if aware is None else float(aware[j]),
        )
        for j, name in enumerate(statements)
    )


def consensus(statements: tuple[str, ...], counts: Counts, shown: NDArray[np.bool_]) -> tuple[Agreement, ...]:
    """Statements that most agree (or disagree) with, and most of each group: strongest first.

    A statement counts if the 95% interval of the share lies above one half, if the exact binomial test of a majority
    survives Benjamini-Hochberg at 10% over all statements and both directions, and if in every group at least LEAST saw
    it and more than half answered so. score: the geometric mean over the groups; without groups the lower bound.
    """
    everybody, groups = counts[-1], counts[:-1]
    seen = everybody.sum(1)
    tested = shown & (seen > 0)
    p = binom.sf(everybody[tested][:, :2] - 1, seen[tested][:, None], 0.5)
    sure = np.zeros((len(statements), 2), np.bool_)
    if tested.any():
        sure[tested] = q_values(p.ravel()).reshape(p.shape) <= RATE
    low, _ = wilson(everybody[:, :2], seen[:, None])
    score = low
    if len(groups):
        inside = groups.sum(2)
        sure &= ((groups[:, :, :2] * 2 > inside[:, :, None]) & (inside >= LEAST)[:, :, None]).all(0)
        score = geometric(groups)
    found = [
        Agreement(
            name,
            DIRECTIONS[d],
            float(score[j, d]),
            float(low[j, d]),
            int(seen[j]),
            float(everybody[j, d] / seen[j]),
            few=bool(seen[j] < FEW),
        )
        for j, name in enumerate(statements)
        for d in range(2)
        if sure[j, d] and low[j, d] > 0.5
    ]
    return tuple(sorted(found, key=lambda a: (-a.score, a.statement, a.direction)))


def shared(statements: tuple[str, ...], groups: Counts, g: int, shown: NDArray[np.bool_]) -> tuple[str, ...]:
    """Statements that most of group g (interval above one half) and most of every other group answer alike."""
    inside = groups.sum(2)
    low, _ = wilson(groups[g, :, :2], inside[g][:, None])
    others = np.arange(len(groups)) != g
    with_us = (groups[:, :, :2] * 2 > inside[:, :, None]) & (inside >= LEAST)[:, :, None]
    good = (low > 0.5) & with_us[others].all(0) & (inside[g] >= LEAST)[:, None] & shown[:, None]
    strength = np.where(good, geometric(groups), 0.0).max(1)
    order = np.lexsort((np.arange(len(statements)), -strength))
    return tuple(statements[j] for j in order if strength[j] > 0)
