"""The kinds of decisions that places and people take, which lie below the record and cannot register them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models import Organization, Role
from madang.ground.places.models import Office, Place
from madang.ground.record.subjects import Named

KINDS = {
    "role_granted": _("Role granted"),
    "role_extended": _("End of a role moved"),
    "role_ended": _("Role ended"),
    "organization_verified": _("Organization verified"),
    "organization_refused": _("Organization not verified"),
    "organization_lapsed": _("Verification lapsed"),
    "office_created": _("Office created"),
    "office_renamed": _("Office renamed"),
    "office_retired": _("Office taken out of service"),
    "office_merged": _("Offices merged"),
    "place_succeeded": _("Place renamed, merged or divided"),
    "government_set_up": _("Government set up"),
}


def names_of(subjects: list[str]) -> dict[str, Named]:
    """Titles of what lies below the record: places, offices, organizations, and roles by their kind (no names)."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for subject in subjects:
        kind, _sep, key = subject.partition(":")
        if kind in NAMERS and key.isascii() and key.isalnum() and len(key) < 19:
            wanted[kind].append(key)
    return {f"{kind}:{key}": named for kind, keys in wanted.items() for key, named in NAMERS[kind](keys)}


def _places(codes: list[str]) -> Iterator[tuple[str, Named]]:
    for place in Place.objects.filter(code__in=codes).order_by("valid_from").defer("boundary"):
        yield place.code, Named(place.name, reverse("places:detail", args=[place.code]), str(_("Place")))


def _offices(keys: list[str]) -> Iterator[tuple[str, Named]]:
    for office in Office.objects.filter(pk__in=_numbers(keys)).select_related("place").defer("place__boundary"):
        page = reverse("places:detail", args=[office.place.code])
        yield str(office.pk), Named(office.name, page, str(_("Office")))


def _organizations(keys: list[str]) -> Iterator[tuple[str, Named]]:
    for one in Organization.objects.filter(pk__in=_numbers(keys)):
        yield str(one.pk), Named(one.name, one.get_absolute_url(), str(_("Organization")))


def _roles(keys: list[str]) -> Iterator[tuple[str, Named]]:
    rows = Role.objects.filter(pk__in=_numbers(keys)).select_related("place", "office__place")
    for role in rows.defer("place__boundary", "office__place__boundary"):
        place = role.place or (role.office.place if role.office else None)
        page = reverse("places:detail", args=[place.code]) if place else reverse("places:map")
        yield str(role.pk), Named(role.get_kind_display(), page, str(_("Role")))


def _numbers(keys: list[str]) -> list[int]:
    return [int(key) for key in keys if key.isdigit()]


NAMERS: dict[str, Callable[[list[str]], Iterator[tuple[str, Named]]]] = {
    "place": _places,
    "office": _offices,
    "organization": _organizations,
    "role": _roles,
}
