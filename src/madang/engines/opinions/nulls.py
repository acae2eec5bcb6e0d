"""Are the groups there? Stability under subsampling of votes, beside the same on votes that hold no groups.

A map is fitted to all votes and to random four fifths of everybody's votes; stability is the median adjusted Rand index
between the groupings. The null deals each statement's votes anew among those who gave them: shares and missingness
stay, agreement between people is gone. Silhouettes and explained variance do not tell the two apart; stability does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from madang.engines.opinions import drawing, factors, grouping
from madang.engines.opinions.cells import Cells, kept, some_people

CORE_VOTES = 1_000_000  # more votes than this add nothing to a median of Rand indexes, only seconds
CORE_PEOPLE = 20_000
SUBSAMPLES = 6
NULLS = 19  # exceeding all of 19 has probability 1/20 if there is nothing
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Steadiness:
    """ks tried; ari (len(ks),) of the votes; null (NULLS, len(ks)) of votes dealt anew; people, votes it rests on."""

    ks: tuple[int, ...]
    ari: Floats = field(repr=False)
    null: Floats = field(repr=False)
    people: int
    votes: int

    def null_95(self) -> Floats:
        """By k, the 95% quantile of the null (the largest of 19)."""
        return np.quantile(self.null, 0.95, axis=0, method="higher")

    def null_95_of_best(self) -> float:
        """The 95% quantile of the best of all k: what trying several k may reach by chance."""
        return float(np.quantile(self.null.max(axis=1), 0.95, method="higher"))


def core(cells: Cells, enough: NDArray[np.bool_], seed: int) -> Cells:
    """People with enough votes; a random part of them where they are more than the budget."""
    who = np.flatnonzero(enough)
    votes = int(cells.counted()[who].sum())
    most = min(CORE_PEOPLE, int(len(who) * min(1.0, CORE_VOTES / max(votes, 1))))
    if len(who) > most:
        who = np.sort(np.random.default_rng(seed).choice(who, most, replace=False))
    return some_people(cells, who)


def stability(cells: Cells, ks: tuple[int, ...], *, seed: int, rank: int, subsamples: int = SUBSAMPLES) -> Floats:
    """Median adjusted Rand index between groups of all votes and of four fifths of them, shape (len(ks),)."""
    whole = _groupings(cells, np.ones(len(cells), np.uint8), ks, seed, rank)
    found = np.empty((subsamples, len(ks)))
    for b in range(subsamples):
        own = drawing.derived(seed, b + 1)
        part = _groupings(cells, drawing.thinned(cells, own), ks, own, rank)
        found[b] = [grouping.rand_index(x, y) for x, y in zip(whole, part, strict=True)]
    return np.median(found, axis=0)


def steadiness(cells: Cells, ks: tuple[int, ...], *, seed: int, rank: int, nulls: int = NULLS) -> Steadiness:
    """Stability of the votes and of `nulls` redealt ones. O(nulls · subsamples · sweeps · votes)."""
    order, starts = drawing.by_statement(cells)
    ari = stability(cells, ks, seed=drawing.derived(seed, 1), rank=rank)
    null = np.empty((nulls, len(ks)))
    for t in range(nulls):
        dealt = drawing.permuted(cells, order, starts, drawing.derived(seed, 2, t))
        null[t] = stability(dealt, ks, seed=drawing.derived(seed, 3, t), rank=rank)
    return Steadiness(ks, ari, null, cells.n, len(cells))


def growth(cells: Cells, k: int, ari: float, *, seed: int, rank: int) -> float:
    """How much stability gains by a doubling of everybody's votes: that of all votes minus that of a random half.

    The mean over four halves, so that one lucky draw does not speak for the future.
    """
    draws = (drawing.derived(seed, t) for t in range(4))
    halved = [
        stability(kept(cells, drawing.halves(cells, own)), (k,), seed=own, rank=rank, subsamples=4)[0] for own in draws
    ]
    return ari - float(np.mean(halved))


def _groupings(
    cells: Cells, keep: NDArray[np.uint8], ks: tuple[int, ...], seed: int, rank: int
) -> list[grouping.Labels]:
    points, _, _ = factors.turned(factors.fit(cells, keep, rank=rank, seed=seed))
    return [grouping.kmeans(points, k, seed, most=600)[0] for k in ks]
