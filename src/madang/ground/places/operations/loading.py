"""Loading places, their outlines and offices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from madang.ground.places.models import Office, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def shipped_places() -> list[dict[str, str]]:
    """Seoul and Gyeonggi with their 25 districts and 31 municipalities: codes and names."""
    text = (Path(__file__).resolve().parents[1] / "data" / "places.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@transaction.atomic
def load_places(*, rows: Iterable[Mapping[str, str]]) -> int:
    """Create or rename places from rows of code, name_ko, name_en (parents are the codes' first two digits)."""
    count = 0
    for row in sorted(rows, key=lambda row: len(row["code"])):
        code = row["code"]
        parent = Place.objects.get(code=code[:2], valid_to=None) if len(code) > 2 else None
        Place.objects.update_or_create(
            code=code,
            valid_to=None,
            defaults={
                "level": Place.Level.MUNICIPALITY if parent else Place.Level.PROVINCE,
                "parent": parent,
                "name_ko": row["name_ko"],
                "name_en": row["name_en"],
            },
        )
        count += 1
    return count


@transaction.atomic
def load_offices(*, rows: Iterable[Mapping[str, object]]) -> dict[str, Office]:
    """Create or update offices; parents are named by key within the same place and may come in any order."""
    places = {place.code: place for place in Place.objects.filter(valid_to=None)}
    found: dict[str, Office] = {}
    rows = list(rows)
    for row in rows:
        fields = ("kind", "name_ko", "name_en", "mandate", "business_plan", "is_innovation_officer")
        defaults = {name: row[name] for name in fields if name in row}
        office, _ = Office.objects.update_or_create(place=places[str(row["place"])], key=row["key"], defaults=defaults)
        found[str(row["key"])] = office
    for row in rows:
        if row.get("parent"):
            office = found[str(row["key"])]
            office.parent = found[str(row["parent"])]
            office.save(update_fields=["parent"])
    return found


class BoundaryError(ValueError):
    """A file that is no GeoJSON collection of outlines; the message says what is wrong and how to mend it."""


@transaction.atomic
def import_boundaries(*, collection: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Keep the geometry of each GeoJSON feature whose property `code` names a place.

    Returns how many were kept, and the codes that name no place. Raises BoundaryError; nothing is kept then.
    """
    kept, unknown = 0, []
    for number, feature in enumerate(_features(collection), 1):
        code = str((feature.get("properties") or {}).get("code", ""))
        geometry = _geometry(feature, number)
        changed = Place.objects.filter(code=code, valid_to=None).update(boundary=geometry)
        kept += changed
        if not changed:
            unknown.append(code)
    return kept, unknown


def _features(collection: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise BoundaryError("no GeoJSON FeatureCollection: export the outlines as GeoJSON with a property `code`")
    return features


def _geometry(feature: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    geometry = feature.get("geometry") or {}
    coordinates = geometry.get("coordinates") or []
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(geometry.get("type", ""), [])
    rings = [ring for polygon in polygons for ring in polygon]
    if not rings or not all(ring and all(_is_position(point) for point in ring) for ring in rings):
        raise BoundaryError(f"feature {number}: needs a Polygon or MultiPolygon in longitude and latitude (WGS 84)")
    return geometry


def _is_position(point: object) -> bool:
    if not isinstance(point, list) or len(point) < 2 or not all(isinstance(one, int | float) for one in point):
        return False
    return -180 <= point[0] <= 180 and -90 <= point[1] <= 90
