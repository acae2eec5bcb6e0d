"""People into groups: seeded k-means, the adjusted Rand index, names that stay, and how sure a place in a group is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.special import ndtr

from madang.engines.opinions import grouping_kernels

RESTARTS = 4
Labels = NDArray[np.int32]
Floats = NDArray[np.float64]


def kmeans(points: Floats, k: int, seed: int, *, most: int = 20_000) -> tuple[Labels, Floats]:
    """Labels (n,) and centers (k, r): the best of four seeded starts. Beyond `most` people the starts use every
    ⌈n/most⌉th person, and everybody is assigned by ten more rounds.
    """
    points = np.ascontiguousarray(points)
    step = -(-len(points) // most)
    labels, centers = grouping_kernels.kmeans(np.ascontiguousarray(points[::step]), k, seed, RESTARTS, 60)
    if step > 1:
        labels = np.full(len(points), -1, np.int32)
        grouping_kernels.lloyd(points, centers, labels, 10)
    return labels, centers


def crossed(a: Labels, b: Labels, k: int) -> NDArray[np.int64]:
    """How many have label i in a and j in b, shape (k, k); -1 counts nowhere."""
    both = (a >= 0) & (b >= 0)
    return np.bincount(a[both].astype(np.int64) * k + b[both], minlength=k * k).reshape(k, k)


def rand_index(a: Labels, b: Labels) -> float:
    """The adjusted Rand index (Hubert, Arabie 1985): 1 the same groups, 0 as by chance. 0 where either is one group."""
    k = int(max(a.max(initial=0), b.max(initial=0))) + 1
    table = crossed(a, b, k).astype(np.float64)
    n = table.sum()
    same, rows, columns = (float((x * (x - 1) / 2).sum()) for x in (table, table.sum(1), table.sum(0)))
    pairs = n * (n - 1) / 2
    if pairs == 0 or rows in (0.0, pairs) or columns in (0.0, pairs):
        return 0.0
    expected = rows * columns / pairs
    return (same - expected) / ((rows + columns) / 2 - expected)


def renamed(labels: Labels, onto: Labels, k: int) -> Labels:
    """The same groups under the names of those in `onto` that they share most people with (Hungarian method)."""
    row, column = linear_sum_assignment(-crossed(labels, onto, k))
    names = np.empty(k + 1, np.int32)
    names[row], names[k] = column, -1
    return names[labels]


def by_size(labels: Labels, centers: Floats) -> tuple[Labels, Floats]:
    """Names by size, the largest 0; ties by the first coordinate of the center."""
    count = np.bincount(labels[labels >= 0], minlength=len(centers))
    order = np.lexsort((centers[:, 0], -count))
    names = np.empty(len(centers) + 1, np.int32)
    names[order], names[-1] = np.arange(len(centers)), -1
    return names[labels], centers[order]


def surest(points: Floats, covariance: Floats, centers: Floats) -> tuple[Labels, Floats]:
    """The nearest center of each, and a bound on the chance that it is not: shapes (n,).

    For each other center the chance that the person stands beyond the line between both (normal with that covariance),
    added up (a union bound, so never too small).
    """
    n, k = len(points), len(centers)
    distance = np.stack([((points - center) ** 2).sum(-1) for center in centers], axis=1)
    label = distance.argmin(1).astype(np.int32)
    wrong = np.zeros(n)
    for c in range(k):
        way = centers[c] - centers[label]
        length = np.sqrt((way**2).sum(-1))
        margin = (distance[:, c] - distance[np.arange(n), label]) / np.where(length > 0, 2 * length, 1.0)
        across = np.sqrt(np.einsum("np,npq,nq->n", way, covariance, way)) / np.where(length > 0, length, 1.0)
        wrong += np.where(label == c, 0.0, ndtr(-margin / np.where(across > 0, across, 1e-12)))
    return label, np.minimum(wrong, 1.0)
