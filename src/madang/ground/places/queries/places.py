"""Places in force and their offices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.places.models import Office, Place, Succession

if TYPE_CHECKING:
    from datetime import date

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


def place_at(code: str, on: date) -> Place | None:
    """The place that had this code on a day."""
    begun, going = Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on)
    return Place.objects.defer("boundary").select_related("parent").filter(begun & going, code=code).first()


def successors_of(code: str) -> list[Place]:
    """The places in force that followed the one which last had this code; empty where it never was one."""
    last = (
        Place.objects.filter(code=code, valid_to__isnull=False).order_by("-valid_to").first()
        if code.isalnum()
        else None
    )
    found, open_ = [], [last] if last else []
    while open_:
        steps = Succession.objects.filter(predecessor__in=open_).select_related("successor").order_by("-heir", "pk")
        followers = list(dict.fromkeys(step.successor for step in steps))
        found += [one for one in followers if one.valid_to is None]
        open_ = [one for one in followers if one.valid_to is not None]
    return found


def origins_of(place: Place) -> list[Succession]:
    """What a place came from, the newest step first (one query)."""
    rows = Succession.objects.filter(successor=place).select_related("predecessor").defer("predecessor__boundary")
    return list(rows.order_by("-on", "pk"))


def offices_of(place: Place) -> QuerySet[Office]:
    """Offices in force of a place."""
    return Office.objects.filter(place=place, active=True).select_related("parent", "place")


def office(pk: int) -> Office:
    """One office in force with its place. Raises Office.DoesNotExist."""
    return Office.objects.filter(active=True).select_related("place").defer("place__boundary").get(pk=pk)


def innovation_officer(place: Place) -> Office | None:
    """The Social Innovation Officer of a place, or of the place above where it has none."""
    found = Office.objects.filter(is_innovation_officer=True, active=True).select_related("place")
    own = found.filter(place=place).first()
    return own or (found.filter(place_id=place.parent_id).first() if place.parent_id else None)
