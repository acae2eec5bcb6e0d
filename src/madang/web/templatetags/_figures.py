"""Geometry of the small pictures: numbers in, coordinates out. Units are those of each picture's viewBox."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 120.0, 32.0, 3.0
DOT_WIDTH, DOT_LEFT, DOT_RADIUS = 260.0, 16.0, 5.5


@dataclass(frozen=True, slots=True)
class Spark:
    """A line (viewBox 120 × 32): its points, the closed area below it, and its last point."""

    points: str
    area: str
    last: tuple[float, float]


def spark(values: Sequence[float]) -> Spark | None:
    """Scale a series to the picture; None for fewer than two values."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    across = (SPARK_WIDTH - 2 * SPARK_PAD) / (len(values) - 1)
    down = SPARK_HEIGHT - 2 * SPARK_PAD
    xy = [
        (round(SPARK_PAD + index * across, 1), round(SPARK_PAD + (high - value) / span * down, 1))
        for index, value in enumerate(values)
    ]
    line = " ".join(f"{x},{y}" for x, y in xy)
    floor = SPARK_HEIGHT
    return Spark(line, f"{xy[0][0]},{floor} {line} {xy[-1][0]},{floor}", xy[-1])


@dataclass(frozen=True, slots=True)
class Strip:
    """Dots of raters over a scale (viewBox 260 × height): positions, ticks, median."""

    height: int
    axis: int
    dots: list[tuple[float, float]]
    ticks: list[tuple[float, int]]
    median: float
    median_x: float
    low: int
    high: int
    count: int


def strip(values: Sequence[int], *, lowest: int = 1, highest: int = 5) -> Strip | None:
    """Stack one dot for each rater over the score given; None without raters."""
    if not values:
        return None
    tally = Counter(values)
    step = (DOT_WIDTH - 2 * DOT_LEFT) / (highest - lowest)
    # Many raters: dots overlap rather than make the picture taller than a hand.
    rise = min(2 * DOT_RADIUS + 1, 66.0 / max(tally.values()))
    axis = round(max(tally.values()) * rise + DOT_RADIUS + 4)

    def at(score: float) -> float:
        return round(DOT_LEFT + (score - lowest) * step, 1)

    dots = [(at(s), round(axis - DOT_RADIUS - 2 - k * rise, 1)) for s, n in sorted(tally.items()) for k in range(n)]
    median = statistics.median(values)
    ticks = [(at(score), score) for score in range(lowest, highest + 1)]
    return Strip(axis + 25, axis, dots, ticks, median, at(median), min(values), max(values), len(values))


def share(value: float, whole: float) -> float:
    """Percent of the whole, 0 to 100; 0 if the whole is not positive."""
    return round(min(100.0, max(0.0, 100.0 * value / whole)), 1) if whole > 0 else 0.0
