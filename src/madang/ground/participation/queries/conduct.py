"""Which code of conduct holds where, and who has taken note of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.ground.participation.conduct import Code, shipped
from madang.ground.participation.models import Acceptance, Conduct

if TYPE_CHECKING:
    from madang.ground.places.models import Place


def code_of(place: Place) -> Code:
    """The code in force at a place: its own, else that of the place above, else the shipped one. One query."""
    near = [pk for pk in (place.pk, place.parent_id) if pk]
    newest = (
        Conduct.objects.filter(place__in=near)
        .select_related("place")
        .defer("place__boundary")
        .order_by("place_id", "-number")
        .distinct("place_id")
    )
    rows = {row.place_id: row for row in newest}
    found = rows.get(place.pk) or rows.get(place.parent_id or 0)
    return _code(found) if found else shipped()


def versions_of(place: Place) -> list[Conduct]:
    """Every version that a place has written itself, the newest first."""
    return list(Conduct.objects.filter(place=place).select_related("by").order_by("-number")[:100])


def version_of(place: Place, number: int) -> Code | None:
    """One version by its number; 0 is the shipped text."""
    if number == 0:
        return shipped()
    row = Conduct.objects.filter(place=place, number=number).select_related("place").first()
    return _code(row) if row else None


def has_accepted(user: object, code: Code) -> bool:
    """Whether somebody has taken note of this very version."""
    pk = getattr(user, "pk", None) or 0
    found = Acceptance.objects.filter(user_id=pk, place=code.origin, number=code.number)
    return bool(pk) and found.exists()


def _code(row: Conduct) -> Code:
    return Code(row.place, row.number, tuple(row.rules), row.published_at)
