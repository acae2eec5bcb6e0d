"""Where projects lie: districts as tiles, points as dots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import ngettext

from madang.plan.budgets.queries.projects import readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from madang.ground.places.models import Place
    from madang.plan.budgets.models import Budget, Project


@dataclass(frozen=True)
class Dot:
    """A project on the picture of points: its place in a square of 100, from the upper left."""

    project: Project
    x: float
    y: float


def on_map(budget: Budget, viewer: object) -> tuple[list[dict[str, object]], list[Dot], list[Project]]:
    """Districts as tiles, points as dots, and the projects that have a point (two queries)."""
    rows = readable(budget, viewer).select_related("place").defer("body", "place__boundary").order_by("number")
    found = list(rows[:2000])
    counts: dict[Place, int] = {}
    for one in found:
        counts[one.place] = counts.get(one.place, 0) + 1
    located = [one for one in found if one.latitude is not None]
    return _tiles(budget, counts), _dots(located), located


def _tiles(budget: Budget, counts: Mapping[Place, int]) -> list[dict[str, object]]:
    page = reverse("budgets:projects", args=[budget.pk])
    inside = [(place, n) for place, n in counts.items() if place.parent_id]
    if len(inside) < 2:
        return []
    return [
        {
            "code": place.code, "name": place.name, "value": n, "url": f"{page}?place={place.code}",
            "label": ngettext("%(n)s project", "%(n)s projects", n) % {"n": n},
        }
        for place, n in inside
    ]  # fmt: skip


def _dots(located: Sequence[Project]) -> list[Dot]:
    """Degrees to a square: north above, east to the right, distances alike in both (at the points' latitude)."""
    if not located:
        return []
    north = [float(one.latitude or 0) for one in located]
    middle = math.radians(sum(north) / len(north))
    east = [float(one.longitude or 0) * math.cos(middle) for one in located]
    size = max(max(north) - min(north), max(east) - min(east)) or 0.01
    left, low = (max(east) + min(east) - size) / 2, (max(north) + min(north) - size) / 2
    return [
        Dot(one, round(6 + 88 * (x - left) / size, 1), round(94 - 88 * (y - low) / size, 1))
        for one, x, y in zip(located, east, north, strict=True)
    ]
