"""The settings in force at a place, with where each came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from madang.ground.places import settings
from madang.ground.places.models import SettingValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from madang.ground.places.models import Place


@dataclass(frozen=True)
class InForce:
    """A value in force at a place, and the place that set it (None: the program's default)."""

    value: Any
    origin: Place | None


def settings_of(place: Place) -> dict[str, InForce]:
    """Every setting in force at a place: its own, else that of the place above, else the default (one query)."""
    chain = [place, *([place.parent] if place.parent else [])]
    return _resolve(chain, _rows(chain))


def settings_by_place(places: Iterable[Place]) -> dict[int, dict[str, InForce]]:
    """The same for many places by their ids, in one query (`place.parent` loaded)."""
    chains = {one.pk: [one, *([one.parent] if one.parent else [])] for one in places}
    rows = _rows([place for chain in chains.values() for place in chain])
    return {pk: _resolve(chain, rows) for pk, chain in chains.items()}


def _rows(places: Sequence[Place]) -> dict[tuple[int, str], Any]:
    found = SettingValue.objects.filter(place__in={one.pk for one in places}) if places else SettingValue.objects.none()
    return {(place, key): value for place, key, value in found.values_list("place_id", "key", "value")}


def _resolve(chain: Sequence[Place], rows: dict[tuple[int, str], Any]) -> dict[str, InForce]:
    found = {}
    for one in settings.registered():
        origin = next((place for place in chain if (place.pk, one.key) in rows), None)
        found[one.key] = InForce(rows[origin.pk, one.key] if origin else one.default, origin)
    return found


def number_in_force(key: str, *, place: str = "place") -> Coalesce:
    """A numeric setting as a column of rows that have a place: its own, else of the place above, else the default."""
    own, above = _column(key, OuterRef(f"{place}_id")), _column(key, OuterRef(f"{place}__parent_id"))
    return Coalesce(own, above, Value(settings.get(key).default), output_field=IntegerField())


def _column(key: str, place: OuterRef) -> Subquery:
    rows = SettingValue.objects.filter(place_id=place, key=key)
    return Subquery(rows.values(number=Cast("value", IntegerField())))


def largest_set(key: str) -> Coalesce:
    """The largest value of a numeric setting that any place has set, as a column; the default where none did."""
    rows = SettingValue.objects.filter(key=key).annotate(number=Cast("value", IntegerField()))
    return Coalesce(Subquery(rows.order_by("-number").values("number")[:1]), Value(settings.get(key).default))
