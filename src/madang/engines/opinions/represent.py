"""What Polis says about statements: what a group stands for, what everybody agrees on, what to ask next.

Each function takes counts, so that it can be fed with the counts that Polis itself published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from madang.engines.opinions.results import Direction

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

SIGNIFICANT = 1.2816
MOST = 5
META = 49.0


@dataclass(frozen=True)
class Representative:
    """A statement that stands for a group. statement: its column; the other names are Polis' own."""

    statement: int
    direction: Direction
    n_success: int
    n_trials: int
    p_success: float
    p_test: float
    repness: float
    repness_test: float
    best_agree: bool = False

    @property
    def metric(self) -> float:
        return self.repness * self.repness_test * self.p_success * self.p_test


@dataclass(frozen=True)
class Common:
    """A statement that everybody agrees (or disagrees) with."""

    statement: int
    direction: Direction
    n_success: int
    n_trials: int
    p_success: float
    p_test: float


class Side(NamedTuple):
    """Statistics of one answer, each of shape (groups, m): share, its test, ratio to the rest, its test."""

    counts: Counts
    p: Floats
    p_test: Floats
    ratio: Floats
    ratio_test: Floats

    @property
    def significant(self) -> NDArray[np.bool_]:
        return (self.ratio_test > SIGNIFICANT) & (self.p_test > SIGNIFICANT)

    @property
    def metric(self) -> Floats:
        return self.ratio * self.ratio_test * self.p * self.p_test


def probability(count: Counts, seen: Counts) -> Floats:
    """(count + 1) / (seen + 2): with a vote for and one against added."""
    return (count + 1) / (seen + 2)


def share_test(count: Counts, seen: Counts) -> Floats:
    """The z of a share against one half, as Polis computes it."""
    return 2 * np.sqrt(seen + 1) * ((count + 1) / (seen + 1) - 0.5)


def two_share_test(count: Counts, rest: Counts, seen: Counts, rest_seen: Counts) -> Floats:
    """The z of a share against that of the rest; 0 where all said the same."""
    inside, outside = seen + 1, rest_seen + 1
    pooled = (count + rest + 2) / (inside + outside)
    scale = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / inside + 1 / outside))
    apart = (count + 1) / inside - (rest + 1) / outside
    return np.divide(apart, scale, out=np.zeros_like(apart), where=pooled != 1)


def side(count: Counts, seen: Counts) -> Side:
    """Statistics of counts (groups, m) of one answer among those who saw a statement; the rest is all other groups."""
    rest, rest_seen = count.sum(axis=0) - count, seen.sum(axis=0) - seen
    p = probability(count, seen)
    return Side(
        count,
        p,
        share_test(count, seen),
        p / probability(rest, rest_seen),
        two_share_test(count, rest, seen, rest_seen),
    )


def representative(
    agree: Counts, disagree: Counts, seen: Counts, allowed: NDArray[np.bool_]
) -> tuple[tuple[Representative, ...], ...]:
    """Up to five statements for each group, agreement first. Counts of shape (groups, m); allowed: bool (m,)."""
    yes, no = side(agree, seen), side(disagree, seen)
    passes = (yes.significant | no.significant) & allowed
    columns = np.flatnonzero(allowed)
    return tuple(_chosen(yes, no, seen, g, np.flatnonzero(passes[g]), columns) for g in range(len(agree)))


def _chosen(
    yes: Side, no: Side, seen: Counts, g: int, sufficient: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[Representative, ...]:
    best_agree = _best_agree(yes, no, g, columns)
    first = [] if best_agree is None else [_told(yes, no, seen, g, best_agree, best=True)]
    if len(sufficient):
        others = [_told(yes, no, seen, g, j) for j in sufficient if j != best_agree]
        ranked = (first + sorted(others, key=lambda one: -one.metric))[:MOST]
        return tuple(sorted(ranked, key=lambda one: one.direction != "agree"))
    if first or not len(columns):
        return tuple(first)
    strength = np.maximum(yes.ratio_test[g, columns], no.ratio_test[g, columns])
    return (_told(yes, no, seen, g, int(columns[np.argmax(strength)])),)


def _best_agree(yes: Side, no: Side, g: int, columns: NDArray[np.int64]) -> int | None:
    """The statement that a group agrees with most. The rule compares in order and depends on the best so far."""
    voted = columns[(yes.counts[g, columns] + no.counts[g, columns]) > 0]
    p, ratio = yes.p[g, voted], yes.ratio[g, voted]
    liked, whole = (p * yes.p_test[g, voted]).tolist(), yes.metric[g, voted].tolist()
    good = ((yes.p_test[g, voted] > SIGNIFICANT) | ((ratio > 1) & (p > 0.5))).tolist()
    above = (ratio > 1).tolist()
    best = -1
    for j in range(len(voted)):
        if best < 0:
            better = good[j]
        elif above[best]:
            better = whole[j] > whole[best]
        else:
            better = liked[j] > liked[best]
        best = j if better else best
    return int(voted[best]) if best >= 0 else None


def _told(yes: Side, no: Side, seen: Counts, g: int, j: int, *, best: bool = False) -> Representative:
    agrees = yes.ratio_test[g, j] > no.ratio_test[g, j]
    told = yes if agrees else no
    return Representative(
        int(j),
        "agree" if agrees else "disagree",
        int(told.counts[g, j]),
        int(seen[g, j]),
        float(told.p[g, j]),
        float(told.p_test[g, j]),
        float(told.ratio[g, j]),
        float(told.ratio_test[g, j]),
        best,
    )


def consensus(agree: Counts, disagree: Counts, seen: Counts, allowed: NDArray[np.bool_]) -> tuple[Common, ...]:
    """Up to five statements that everybody agrees with, then up to five that everybody disagrees with. (m,) each."""
    return (*_agreed("agree", agree, seen, allowed), *_agreed("disagree", disagree, seen, allowed))


def _agreed(direction: Direction, count: Counts, seen: Counts, allowed: NDArray[np.bool_]) -> list[Common]:
    p, test = probability(count, seen), share_test(count, seen)
    kept = np.flatnonzero(allowed & (p > 0.5) & (test > SIGNIFICANT))
    ranked: Sequence[int] = kept[np.argsort(-(p * test)[kept], kind="stable")][:MOST].tolist()
    return [Common(j, direction, int(count[j]), int(seen[j]), float(p[j]), float(test[j])) for j in ranked]


def group_aware(agree: Counts, seen: Counts) -> Floats:
    """The product over groups of the share that agrees; counts of shape (groups, m), result (m,)."""
    return np.asarray(probability(agree, seen).prod(axis=0))


def extremity(axes: Floats, mean: Floats, width: int) -> Floats:
    """How far out a person would stand who only agreed with one statement: (m,)."""
    return np.sqrt(width) * np.abs(1 - mean) * np.hypot(axes[:, 0], axes[:, 1])


def priority(agree: Counts, passed: Counts, seen: Counts, extreme: Floats, meta: NDArray[np.bool_]) -> Floats:
    """Weights by which the next statement is drawn: liked, seldom passed, dividing, and new ones first. (m,)."""
    importance = (1 - probability(passed, seen)) * (extreme + 1) * probability(agree, seen)
    return np.where(meta, META, (importance * (1 + 8 * 2 ** (-seen / 5))) ** 2)
