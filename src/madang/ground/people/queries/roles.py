"""Who somebody is: the roles in force, and how far each reaches.

A role held at a place reaches the places below it and their offices; one held in an office reaches that office. This
is said once, in `reaches`; every other question is asked of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from madang.ground.people.models import Role, User
from madang.ground.people.second_factor import usable

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from madang.ground.places.models import Office, Place

EDITORS = frozenset({Role.Kind.OFFICER, Role.Kind.MUNICIPAL_ADMIN})
ADMINISTRATORS = frozenset({Role.Kind.MUNICIPAL_ADMIN})


def display_name(user: User) -> str:
    """The name that others see."""
    return user.display_name


def in_force(now: datetime) -> Q:
    """Roles that have begun, have not expired and were not ended."""
    begun = Q(starts_at=None) | Q(starts_at__lte=now)
    return begun & (Q(expires_at=None) | Q(expires_at__gt=now)) & Q(ended_at=None)


def roles_of(user: object, *, now: datetime | None = None) -> list[Role]:
    """The roles in force, with place and office loaded; asked once a request and kept on the user."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached = getattr(user, "_roles_in_force", None)
    if cached is None:
        current = user.roles.filter(in_force(now or timezone.now()))
        rows = current.select_related("place", "office__place", "organization")
        cached = usable(user, rows.defer("place__boundary", "office__place__boundary"))
        user._roles_in_force = cached  # type: ignore[attr-defined] # noqa: SLF001
    return cached


def forget_roles(user: object) -> None:
    """Read the roles anew when they are next asked for: they have just changed."""
    vars(user).pop("_roles_in_force", None)


def reaches(role: Role, *, place: Place | None = None, office: Office | None = None) -> bool:
    """Whether a role counts at this place, or in this office."""
    if role.kind == Role.Kind.PLATFORM_ADMIN:
        return True
    if office is not None and role.office_id:
        return role.office_id == office.pk
    place = place or (office.place if office else None)
    return place is not None and role.place_id in {place.pk, place.parent_id} and role.place_id is not None


def holds(user: object, kinds: Collection[str], *, place: Place | None = None, office: Office | None = None) -> bool:
    """Whether the user is the platform's administrator, or holds one of these roles with reach here."""
    wanted = {*kinds, Role.Kind.PLATFORM_ADMIN}
    return any(role.kind in wanted and reaches(role, place=place, office=office) for role in roles_of(user))


def place_ids(user: object, kinds: Collection[str]) -> set[int]:
    """Ids of the places at which the user holds one of these roles (not those below: filter by `place__parent` too)."""
    return {role.place_id for role in roles_of(user) if role.kind in kinds and role.place_id}


def reach_of(user: object, kinds: Collection[str], *, place: str = "place") -> Q:
    """The condition on rows of a place that says the same as `holds`, for filtering in the database."""
    if is_platform_admin(user):
        return Q()
    held = place_ids(user, kinds)
    return Q(**{f"{place}__in": held}) | Q(**{f"{place}__parent__in": held}) if held else Q(pk__in=())


def is_platform_admin(user: object) -> bool:
    return any(role.kind == Role.Kind.PLATFORM_ADMIN for role in roles_of(user))


def is_administrator(user: object) -> bool:
    """Whether the administration of any place is open to the user."""
    return is_platform_admin(user) or bool(place_ids(user, ADMINISTRATORS))


def officer_place_ids(user: object) -> set[int]:
    """Ids of the places at which the user edits the thread (not their children: see `is_officer_at`)."""
    in_offices = {role.office.place_id for role in roles_of(user) if role.kind == Role.Kind.OFFICER and role.office}
    return place_ids(user, EDITORS) | in_offices


def office_ids(user: object) -> set[int]:
    """Ids of the offices for which the user may answer."""
    kinds = {Role.Kind.STAFF, Role.Kind.OFFICER}
    return {role.office_id for role in roles_of(user) if role.kind in kinds and role.office_id}


def is_officer_at(user: object, place: object) -> bool:
    """Whether the user edits the thread at this place: held here or at the place above."""
    if is_platform_admin(user):
        return True
    held = officer_place_ids(user)
    return bool(held) and (place.pk in held or place.parent_id in held)  # type: ignore[attr-defined]


def is_official(user: object) -> bool:
    """Whether any desk is open to the user."""
    return is_platform_admin(user) or bool(officer_place_ids(user) or office_ids(user))
