"""Shares with their interval, and the choice of discoveries among many tests."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from madang.engines.opinions.results import Share

Z95 = 1.959963984540054


def share(count: int, n: int) -> Share:
    """A share, count of n, with its 95% interval (Wilson 1927). Nobody of nobody says nothing: from 0 to 1.

    >>> one = share(8, 10)
    >>> round(one.low, 4), round(one.high, 4)
    (0.4902, 0.9433)
    """
    if n == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    p, square = count / n, Z95 * Z95
    center = (p + square / (2 * n)) / (1 + square / n)
    half = Z95 * sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n)
    return Share(count, n, p, 0.0 if count == 0 else center - half, 1.0 if count == n else center + half)


def wilson(count: ArrayLike, n: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same interval for many shares at once: low and high, of the shape of count and n.

    >>> low, high = wilson([8, 0], [10, 0])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.4902, 0.0], [0.9433, 1.0])
    """
    k, total = np.broadcast_arrays(np.asarray(count, np.float64), np.asarray(n, np.float64))
    some = np.where(total > 0, total, 1.0)
    p, square = k / some, Z95 * Z95
    center = (p + square / (2 * some)) / (1 + square / some)
    half = Z95 * np.sqrt(p * (1 - p) / some + square / (4 * some * some)) / (1 + square / some)
    low = np.where((total == 0) | (k == 0), 0.0, center - half)
    return low, np.where((total == 0) | (k == total), 1.0, center + half)


def q_values(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Benjamini and Hochberg's (1995) adjusted p-values, in the order given: reject where q ≤ the promised rate.

    >>> q_values(np.array([0.01, 0.5, 0.02])).round(3).tolist()
    [0.03, 0.5, 0.03]
    """
    order = np.argsort(p, kind="stable")
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q
