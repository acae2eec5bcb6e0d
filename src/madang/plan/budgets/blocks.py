"""Money as blocks: a rectangle cut into areas that are to each other as the amounts (squarified treemap).

Method: M. Bruls, K. Huizing, J. J. van Wijk, Squarified Treemaps (2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Cell:
    """Where the block of the amount with this index lies, in units of the picture."""

    index: int
    x: float
    y: float
    width: float
    height: float


def cut(amounts: Sequence[float], width: float, height: float) -> list[Cell]:
    """Blocks for the positive amounts, the largest first; together they fill the rectangle."""
    ranked = sorted((i for i, one in enumerate(amounts) if one > 0), key=lambda i: (-amounts[i], i))
    whole = sum(amounts[i] for i in ranked)
    if not ranked:
        return []
    scale = width * height / whole
    areas = [(i, amounts[i] * scale) for i in ranked]
    cells: list[Cell] = []
    x, y, w, h = 0.0, 0.0, width, height
    while areas:
        row = _row([area for _, area in areas], min(w, h))
        taken, areas = areas[:row], areas[row:]
        depth = sum(area for _, area in taken) / min(w, h)
        at = 0.0
        for index, area in taken:
            side = area / depth
            cells.append(Cell(index, x, y + at, depth, side) if w >= h else Cell(index, x + at, y, side, depth))
            at += side
        # From what is left to draw, not by subtraction: beside a huge block a tiny one would have no room at all.
        rest = sum(area for _, area in areas)
        x, y, w, h = (x + depth, y, rest / h, h) if w >= h else (x, y + depth, w, rest / w)
    return cells


def _row(areas: Sequence[float], side: float) -> int:
    """How many of the areas in the next row make its blocks most nearly square."""
    best, total = float("inf"), 0.0
    for count, area in enumerate(areas, 1):
        total += area
        depth = total / side
        worst = max(max(depth * depth / one, one / (depth * depth)) for one in (areas[0], area))
        if worst > best:
            return count - 1
        best = worst
    return len(areas)
