"""Shares with their interval."""

from __future__ import annotations

from math import sqrt

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
