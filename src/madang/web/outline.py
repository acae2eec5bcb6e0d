"""The outline of a place as an SVG path, from the GeoJSON geometry that was imported."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 240


@dataclass(frozen=True)
class Outline:
    """`path` fits a view box of `width` × `height`."""

    path: str
    width: int
    height: int


def outline(geometry: dict[str, Any] | None) -> Outline | None:
    """Draw a Polygon or MultiPolygon (longitude, latitude); None where there is nothing to draw.

    Longitudes are shortened by the cosine of the middle latitude, which is all that a municipality needs.

    >>> outline({"type": "Polygon", "coordinates": [[[127, 37], [128, 37], [128, 38], [127, 37]]]}).width
    240
    """
    rings = [ring for ring in _rings(geometry or {}) if len(ring) > 2]
    if not rings:
        return None
    xs = [point[0] for ring in rings for point in ring]
    ys = [point[1] for ring in rings for point in ring]
    shrink = cos(radians((min(ys) + max(ys)) / 2))
    scale = WIDTH / max((max(xs) - min(xs)) * shrink, 1e-9)
    west, north = min(xs), max(ys)
    parts = [
        "M" + "L".join(f"{(x - west) * shrink * scale:.1f} {(north - y) * scale:.1f}" for x, y, *_ in ring) + "Z"
        for ring in rings
    ]
    return Outline("".join(parts), WIDTH, max(1, round((north - min(ys)) * scale)))


def _rings(geometry: dict[str, Any]) -> Iterator[list[list[float]]]:
    coordinates = geometry.get("coordinates") or []
    for polygon in [coordinates] if geometry.get("type") == "Polygon" else coordinates:
        yield from polygon
