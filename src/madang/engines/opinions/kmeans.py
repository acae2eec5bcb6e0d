"""Polis' k-means: started at the first distinct rows, or at the last clusters, and stopped by movement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.opinions import kernels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Labels = NDArray[np.int32]

MOVEMENT = 0.01


@dataclass(frozen=True)
class Clusters:
    """label: int32 (n,), index into ids; centers: float64 (k, 2); ids: int32 (k,), ascending, kept between runs."""

    label: NDArray[np.int32] = field(repr=False)
    centers: NDArray[np.float64] = field(repr=False)
    ids: NDArray[np.int32] = field(repr=False)
    rounds: int = 0

    def sizes(self) -> NDArray[np.int64]:
        return np.bincount(self.label, minlength=len(self.ids))


def first_distinct(points: Points, k: int) -> Points:
    """The first k distinct rows, in order: fewer where there are fewer."""
    found: dict[tuple[float, float], None] = {}
    for x, y in points + 0.0:
        found[(float(x), float(y))] = None
        if len(found) == k:
            break
    return np.array(list(found), dtype=np.float64).reshape(-1, 2)


def kmeans(
    points: Points,
    k: int,
    *,
    weights: NDArray[np.float64] | None = None,
    rounds: int = 20,
    last: Labels | None = None,
) -> Clusters:
    """Cluster (n, 2) points into at most k.

    A point goes to the nearest center, at a tie to the last of the nearest; empty clusters vanish; it ends once no
    center moves by 0.01, or after `rounds` rounds and one more. last: ids of the clusters that points were in before,
    int32 (n,), -1 for new ones: clusters then go on from there.
    """
    if not len(points):
        return Clusters(np.zeros(0, np.int32), np.zeros((0, 2)), np.zeros(0, np.int32))
    heavy = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=np.float64)
    if last is None or not (last >= 0).any():
        centers = first_distinct(points, k)
        ids = np.arange(len(centers), dtype=np.int32)
    else:
        centers, ids = _continued(points, heavy, last, k)
    label = np.zeros(len(points), dtype=np.int32)
    near, far, drift = np.full(len(points), np.inf), np.zeros(len(points)), np.zeros(len(centers))
    done = 0
    for done in range(1, rounds + 2):  # noqa: B007 - reported
        before = centers
        kernels.assign(points, centers, label, near, far, drift)
        centers, ids, kept = _recentered(points, heavy, label, ids)
        drift = np.sqrt(((centers - before[kept]) ** 2).sum(axis=1))
        if _same(before, centers):
            break
    order = np.argsort(ids, kind="stable")
    place = np.empty(len(ids), np.int32)
    place[order] = np.arange(len(ids), dtype=np.int32)
    return Clusters(place[label], centers[order], ids[order], done)


def silhouette(points: Points, label: Labels) -> float:
    """The mean silhouette of (n, 2) points; a point alone in its cluster counts 0, and so does a single cluster."""
    kinds = np.unique(label)
    if len(kinds) < 2:
        return 0.0
    apart = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    member = (label[:, None] == kinds[None, :]).astype(np.float64)
    sizes = member.sum(axis=0)
    sums = apart @ member
    own = member.astype(bool)
    alone = sizes[np.searchsorted(kinds, label)] == 1
    within = sums[own] / np.maximum(sizes[np.searchsorted(kinds, label)] - 1, 1)
    near = np.where(own, np.inf, sums / sizes).min(axis=1)
    larger = np.maximum(within, near)
    scores = np.divide(near - within, larger, out=np.zeros(len(points)), where=larger > 0)
    return float(np.where(alone, 0.0, scores).mean())


def _recentered(
    points: Points, weights: NDArray[np.float64], label: Labels, ids: NDArray[np.int32]
) -> tuple[Points, NDArray[np.int32], NDArray[np.bool_]]:
    """Means of the clusters with a member, and which these are; label is renumbered where some have none."""
    centers, members = kernels.means(points, weights, label, len(ids))
    kept = members > 0
    if not kept.all():
        label[:] = (np.cumsum(kept) - 1)[label]
    return centers[kept], ids[kept], kept


def _same(before: Points, after: Points) -> bool:
    """Whether centers, each in their order from left to right, moved by less than 0.01."""
    one, other = (c[np.lexsort((c[:, 1], c[:, 0]))] for c in (before, after))
    shared = min(len(one), len(other))
    moved = one[:shared] - other[:shared]
    return bool((np.sqrt((moved**2).sum(axis=1)) < MOVEMENT).all())


def _continued(points: Points, weights: NDArray[np.float64], last: Labels, k: int) -> tuple[Points, NDArray[np.int32]]:
    """Centers of the last clusters where their members are now; the most distant points found new ones up to k."""
    known = last >= 0
    ids, label = np.unique(last[known], return_inverse=True)
    whose = np.full(len(points), -1, np.int32)
    whose[known] = label
    centers, _ = kernels.means(points, weights, whose, len(ids))
    centers, first = np.unique(centers, axis=0, return_index=True)
    order = np.argsort(first)
    centers, ids = centers[order], ids[first[order]]
    possible = min(k, len(first_distinct(points, k)))
    while len(centers) < possible:
        farthest, apart = kernels.farthest(points, centers)
        if apart <= 0:
            break
        centers = np.vstack([centers, points[farthest]])
        ids = np.append(ids, ids.max() + 1)
    return centers, ids.astype(np.int32)
