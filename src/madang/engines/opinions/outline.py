"""Outlines around the people of a group, for eyes: the hull of those nearest its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A few people far out would make every outline cover the whole map.
SHARE = 0.9


def hull(points: NDArray[np.float64], *, share: float = SHARE) -> list[tuple[float, float]]:
    """Corners of the convex hull of that share of (n, 2) points that lies nearest their median, counterclockwise.

    Fewer than three corners where the points lie on a line or are fewer; points with NaN are left out.

    >>> hull(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.5, 0.5]]), share=1.0)
    [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    """
    known = points[~np.isnan(points).any(axis=1)]
    if not len(known):
        return []
    away = np.hypot(*(known - np.median(known, axis=0)).T)
    near = known[away <= np.quantile(away, share, method="higher")]
    return _chain(np.unique(near, axis=0))


def _chain(ordered: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Andrew's monotone chain over points sorted by x, then y."""
    rows = [(float(x), float(y)) for x, y in ordered]
    if len(rows) < 3:
        return rows
    lower, upper = _half(rows), _half(rows[::-1])
    return lower[:-1] + upper[:-1]


def _half(rows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for x, y in rows:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], (x, y)) <= 0:
            kept.pop()
        kept.append((x, y))
    return kept


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
