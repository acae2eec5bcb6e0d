"""Making, changing and merging offices. Whoever decides this in public calls `people.operations.places`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.places.models import Office
from madang.ground.places.operations.moving import hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from madang.ground.places.models import Place

FIELDS = ("kind", "name_ko", "name_en", "mandate", "business_plan", "parent", "is_innovation_officer")


class OfficeError(ValueError):
    """An office that cannot be made or changed so; the message says why and what to do next."""


def create_office(*, place: Place, fields: Mapping[str, Any]) -> Office:
    """A new office of a place. Raises OfficeError."""
    office = Office(place=place, key=_key(place, fields), **{name: fields[name] for name in FIELDS if name in fields})
    return _kept(office)


def change_office(*, office: Office, fields: Mapping[str, Any]) -> Office:
    """Rename an office, put it elsewhere in the house, or write its mandate anew. Raises OfficeError."""
    for name in FIELDS:
        if name in fields:
            setattr(office, name, fields[name])
    return _kept(office)


def _key(place: Place, fields: Mapping[str, Any]) -> str:
    """A key nobody has there: the English name, else a number."""
    words = re.sub(r"[^a-z0-9]+", "-", str(fields.get("name_en", "")).lower()).strip("-")[:60] or "office"
    taken = set(Office.objects.filter(place=place, key__startswith=words).values_list("key", flat=True))
    return next(key for key in (words, *(f"{words}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


def _kept(office: Office) -> Office:
    _check_parent(office)
    try:
        with transaction.atomic():
            office.save()
    except IntegrityError as clash:
        if "one_innovation_officer" in str(clash):
            raise OfficeError(
                _("The place has a Social Innovation Officer already. Take that away from the other office first.")
            ) from clash
        raise OfficeError(_("An office of that key was made just now. Try again.")) from clash
    return office


def _check_parent(office: Office) -> None:
    """No office lies in itself, and none in another place. Chains are short: each step is one row."""
    above, seen = office.parent, {office.pk}
    while above is not None:
        if above.place_id != office.place_id:
            raise OfficeError(_("The office above belongs to another place. Choose one of this place."))
        if above.pk in seen:
            raise OfficeError(_("An office cannot lie in one of its own offices. Choose another one above it."))
        seen.add(above.pk)
        above = above.parent


@transaction.atomic
def retire_office(*, office: Office, into: Office | None = None) -> dict[str, int]:
    """Take an office out of service; `into` takes over what it had. Returns how many rows of each model moved."""
    both = [office.pk, *([into.pk] if into else [])]
    rows = {one.pk: one for one in Office.objects.select_for_update().filter(pk__in=both).order_by("pk")}
    row = rows[office.pk]
    if not row.active:
        raise OfficeError(_("This office is out of service already. Reload the page."))
    if into and (into.pk == office.pk or not rows[into.pk].active or rows[into.pk].place_id != row.place_id):
        raise OfficeError(_("Choose another office in service of the same place."))
    if into is None and Office.objects.filter(parent=row, active=True).exists():
        raise OfficeError(_("Offices in service lie under this one. Move them first, or merge it with another."))
    row.active = False
    row.save(update_fields=["active"])
    if into is None:
        return {}
    if row.is_innovation_officer:
        Office.objects.filter(pk=into.pk).update(is_innovation_officer=True)
    Office.objects.filter(pk=into.pk, parent=row).update(parent=row.parent)
    return hand_over(old=row, new=rows[into.pk])
