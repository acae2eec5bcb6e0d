"""What a group answers unlike the rest, tested on votes that had no say in who is in the group.

Everybody's votes are split in random halves. Groups are formed on each half, and each vote is counted in the group that
its person has by the other half. Given who saw a statement and how it was answered, a group's share is then a draw
without replacement, so the tails are exact (hypergeometric). Several splits give one p-value each; twice their median
is a p-value whatever their dependence (Rüschendorf 1982, Meinshausen, Meier, Bühlmann 2009). Benjamini-Hochberg then
chooses at 10%.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from madang.engines.opinions import drawing, factors, grouping, testing_kernels
from madang.engines.opinions.cells import Cells
from madang.engines.opinions.intervals import q_values

SPLITS = 5
RATE = 0.10
LEAST = 5  # answers of a kind, and others, below which no split could show anything
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Half:
    """A map of one half of everybody's votes: points (n, r), loadings (m, r), votes counted (n,).

    The half are the votes where mask(cells, seed, split) == want.
    """

    points: Floats = field(repr=False)
    loadings: Floats = field(repr=False)
    counted: Counts = field(repr=False)
    seed: int
    split: int
    want: int


@dataclass(frozen=True)
class Tests:
    """p and q of shape (k, m, 2): group, statement, (agree, disagree); NaN where a statement has too few answers.

    inside, outside: shares (k, m, 2) on votes that had no say in the group, averaged over the splits.
    """

    p: Floats = field(repr=False)
    q: Floats = field(repr=False)
    inside: Floats = field(repr=False)
    outside: Floats = field(repr=False)

    def found(self) -> NDArray[np.bool_]:
        """Where q is at most the promised rate."""
        return np.nan_to_num(self.q, nan=1.0) <= RATE


def tally(cells: Cells, labels: grouping.Labels, k: int, keep: NDArray[np.uint8], want: int) -> Counts:
    """Counts (k, m, 3) of agree, pass, disagree by group among the votes where keep == want."""
    out = np.zeros((k, cells.m, 3), np.int64)
    testing_kernels.tally(cells.ptr, cells.statement, cells.value, keep, want, labels, out)
    return out


def halves(cells: Cells, *, seed: int, rank: int, splits: int = SPLITS) -> tuple[Half, ...]:
    """Maps of both halves of each split; they serve findings of every k and divisiveness alike."""
    return tuple(_half(cells, seed, split, want, rank) for split in range(splits) for want in (1, 0))


def mask(cells: Cells, seed: int, split: int) -> NDArray[np.uint8]:
    return drawing.halves(cells, drawing.derived(seed, split))


def _half(cells: Cells, seed: int, split: int, want: int, rank: int) -> Half:
    keep = mask(cells, seed, split)
    fitted = factors.fit(cells, keep, want, rank=rank, seed=drawing.derived(seed, split, want))
    points, loadings, _ = factors.turned(fitted)
    return Half(points, loadings, testing_kernels.counted(cells.ptr, keep, want), seed, split, want)


def tests(cells: Cells, parts: tuple[Half, ...], shown: grouping.Labels, k: int, *, least: int) -> Tests:
    """Test every statement for every group. shown: labels (n,) of the map; least: votes in the half to have a group."""
    splits = len(parts) // 2
    p, count = np.empty((splits, k, cells.m, 2)), np.zeros((splits, k, cells.m, 3), np.int64)
    for t, part in enumerate(parts):
        labels = _labels(part, shown, k, drawing.derived(part.seed, t), least)
        count[part.split] += tally(cells, labels, k, mask(cells, part.seed, part.split), 1 - part.want)
    for split in range(splits):
        testing_kernels.tails(count[split], p[split])
    combined = np.minimum(2 * np.sort(p, axis=0)[(splits - 1) // 2], 1.0)
    seen, kinds = count.sum((0, 3)), count[:, :, :, [0, 2]].sum(0)
    combined[:, ~_testable(cells)] = np.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        inside = kinds / seen[:, :, None]
        outside = (kinds.sum(0) - kinds) / (seen.sum(0) - seen)[:, :, None]
    return Tests(combined, _chosen(combined), inside, outside)


def _labels(part: Half, shown: grouping.Labels, k: int, seed: int, least: int) -> grouping.Labels:
    enough = part.counted >= least
    labels = np.full(len(shown), -1, np.int32)
    if enough.sum() >= k:
        labels[enough] = grouping.kmeans(part.points[enough], k, seed)[0]
    return grouping.renamed(labels, shown, k)


def _testable(cells: Cells) -> NDArray[np.bool_]:
    """(m, 2): enough answers of the kind, and enough others, among all votes; groups have no say in it."""
    every = np.ones(len(cells), np.uint8)
    count = tally(cells, np.zeros(cells.n, np.int32), 1, every, 1)[0][:, [0, 2]]
    rest = np.bincount(cells.statement, minlength=cells.m)[:, None] - count
    return (count >= LEAST) & (rest >= LEAST)


def _chosen(p: Floats) -> Floats:
    q, tested = np.full(p.shape, np.nan), ~np.isnan(p)
    q[tested] = q_values(p[tested])
    return q
