"""Figures of a place and of those below it, with their sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.places import figures
from madang.ground.places.models import Place, PlaceFigure

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Cell:
    """A number, and its share in percent of the figure of which it is a part (None where there is none)."""

    figure: figures.Figure
    value: int
    share: int | None


@dataclass(frozen=True)
class FigureRow:
    """One line of the table. kind: own, below or sum."""

    kind: str
    place: Place
    cells: list[Cell]


@dataclass(frozen=True)
class FigureTable:
    columns: list[figures.Figure]
    rows: list[FigureRow]
    counted_at: datetime | None


def figures_of(place: Place) -> FigureTable:
    """The table of a place: itself, each place below it, and the sum (two queries)."""
    below = list(Place.objects.filter(parent=place, valid_to=None).defer("boundary").order_by("code"))
    kept = PlaceFigure.objects.filter(Q(place=place) | Q(place__in=[one.pk for one in below]))
    found = {(row.place_id, row.key): row for row in kept}
    at = min((row.counted_at for row in found.values()), default=None)
    rows = [_row("own", place, found, "own"), *(_row("below", one, found, "total") for one in below)]
    if below:
        rows.append(_row("sum", place, found, "total"))
    return FigureTable(figures.registered(), rows, at)


def _row(kind: str, place: Place, found: dict[tuple[int, str], PlaceFigure], column: str) -> FigureRow:
    values = {
        one.key: getattr(found[place.pk, one.key], column) if (place.pk, one.key) in found else 0
        for one in figures.registered()
    }
    cells = [Cell(one, values[one.key], _share(one, values)) for one in figures.registered()]
    return FigureRow(kind, place, cells)


def _share(figure: figures.Figure, values: dict[str, int]) -> int | None:
    whole = values.get(figure.share_of, 0)
    return round(100 * values[figure.key] / whole) if whole else None
