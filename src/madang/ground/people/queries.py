"""Who somebody is, and what they may act for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from madang.ground.people.models import Role, User
from madang.ground.people.second_factor import has_second_factor, needs_second_factor, usable

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["has_second_factor", "needs_second_factor"]


def display_name(user: User) -> str:
    """The name that others see."""
    return user.display_name


def roles_of(user: object, *, now: datetime | None = None) -> list[Role]:
    """The roles in force, with place and office loaded; asked once a request and kept on the user."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached = getattr(user, "_roles_in_force", None)
    if cached is None:
        moment = now or timezone.now()
        current = user.roles.filter(Q(expires_at=None) | Q(expires_at__gt=moment))
        cached = usable(user, current.select_related("place", "office__place"))
        user._roles_in_force = cached  # type: ignore[attr-defined] # noqa: SLF001
    return cached


def is_platform_admin(user: object) -> bool:
    return any(role.kind == Role.Kind.PLATFORM_ADMIN for role in roles_of(user))


def officer_place_ids(user: object) -> set[int]:
    """Ids of the places at which the user edits the thread (not their children: see `is_officer_at`)."""
    kinds = {Role.Kind.OFFICER, Role.Kind.MUNICIPAL_ADMIN}
    places = {role.place_id for role in roles_of(user) if role.kind in kinds and role.place_id}
    return places | {role.office.place_id for role in roles_of(user) if role.kind == Role.Kind.OFFICER and role.office}


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
