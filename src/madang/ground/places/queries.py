"""Places, their settings with where each came from, and their offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.ground.places.models import Office, Place, PlaceSettings

if TYPE_CHECKING:
    from django.db.models import QuerySet


class UnknownPlaceError(LookupError):
    """No place in force has this code."""


def places() -> QuerySet[Place]:
    """Places in force, without their heavy boundaries."""
    return Place.objects.filter(valid_to=None).defer("boundary").order_by("code")


def provinces() -> QuerySet[Place]:
    return places().filter(level=Place.Level.PROVINCE)


def municipalities() -> QuerySet[Place]:
    return places().filter(level=Place.Level.MUNICIPALITY).select_related("parent")


def place_by_code(code: str) -> Place:
    """The place in force with this code. Raises UnknownPlaceError, naming the code."""
    place = places().select_related("parent").filter(code=code).first()
    if place is None:
        raise UnknownPlaceError(f"No place has the code {code!r}: use an official code such as 41 or 41110.")
    return place


@dataclass(frozen=True)
class Setting:
    """A value in force at a place, and the place that set it (None: the program's default)."""

    value: int
    origin: Place | None


def settings_of(place: Place) -> dict[str, Setting]:
    """Every setting in force at a place: its own, else that of the place above, else the default."""
    chain = [place, *([place.parent] if place.parent else [])]
    rows = {row.place_id: row for row in PlaceSettings.objects.filter(place__in=[one.pk for one in chain])}
    found: dict[str, Setting] = {}
    for name, default in PlaceSettings.DEFAULTS.items():
        own = ((one, getattr(rows[one.pk], name)) for one in chain if one.pk in rows)
        found[name] = next((Setting(value, one) for one, value in own if value is not None), Setting(default, None))
    return found


def offices_of(place: Place) -> QuerySet[Office]:
    """Offices in force of a place."""
    return Office.objects.filter(place=place, active=True).select_related("parent", "place")


def innovation_officer(place: Place) -> Office | None:
    """The Social Innovation Officer of a place, or of the place above where it has none."""
    found = Office.objects.filter(is_innovation_officer=True, active=True).select_related("place")
    own = found.filter(place=place).first()
    return own or (found.filter(place_id=place.parent_id).first() if place.parent_id else None)
