"""Counting figures by place, kept so that a page reads one small table however much there is to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Sum

from madang.ground.places import figures
from madang.ground.places.models import Place, PlaceFigure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def count_figures(*, now: datetime) -> int:
    """Count every figure anew: one query each, and one that keeps them all. Returns how many rows were kept."""
    above = dict(Place.objects.filter(valid_to=None).values_list("pk", "parent_id"))
    rows = [
        PlaceFigure(place_id=place, key=figure.key, own=own, total=total, counted_at=now)
        for figure in figures.registered()
        for place, (own, total) in _rolled_up(_by_place(figure, now), above).items()
    ]
    with transaction.atomic():
        PlaceFigure.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["place", "key"],
            update_fields=["own", "total", "counted_at"], batch_size=2000,
        )  # fmt: skip
        PlaceFigure.objects.filter(counted_at__lt=now).delete()
    return len(rows)


def _by_place(figure: figures.Figure, now: datetime) -> dict[int, int]:
    value = Sum(figure.total) if figure.total else Count("pk")
    rows = figure.count(now).order_by().values_list("place_id").annotate(figure_value=value)
    return {place: number or 0 for place, number in rows}


def _rolled_up(own: Mapping[int, int], above: Mapping[int, int | None]) -> dict[int, tuple[int, int]]:
    """Own and total of each place in force. A place has at most one above it, which has none."""
    totals = {place: own.get(place, 0) for place in above}
    for place, parent in above.items():
        if parent in totals:
            totals[parent] += own.get(place, 0)
    return {place: (own.get(place, 0), totals[place]) for place in above}
