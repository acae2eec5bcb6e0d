"""Who moderates where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from madang.ground.people.models import Role
from madang.ground.people.queries import is_platform_admin, officer_place_ids

if TYPE_CHECKING:
    from madang.ground.places.models import Place


def moderated_places(user: object) -> set[int] | None:
    """Ids of the places at which somebody moderates, and with them the places below; None: everywhere."""
    return None if is_platform_admin(user) else officer_place_ids(user)


def moderates_somewhere(user: object) -> bool:
    return moderated_places(user) is None or bool(moderated_places(user))


def judges_of(place: Place, *, besides: set[int]) -> list[int]:
    """Who may look at a decision again: the place's own other moderators, else those above, else the platform's."""
    editing = Q(kind__in=(Role.Kind.OFFICER, Role.Kind.MUNICIPAL_ADMIN))
    now = timezone.now()
    current = Role.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), user__is_active=True)
    rows = current.filter(
        editing
        & (Q(place__in=(place.pk, place.parent_id or 0)) | Q(office__place__in=(place.pk, place.parent_id or 0)))
        | Q(kind=Role.Kind.PLATFORM_ADMIN)
    ).values_list("user_id", "kind", "place_id", "office__place_id")
    ranks: tuple[list[int], list[int], list[int]] = ([], [], [])
    for user, kind, at, office_at in rows:
        rank = 2 if kind == Role.Kind.PLATFORM_ADMIN else 0 if place.pk in (at, office_at) else 1
        if user not in besides:
            ranks[rank].append(user)
    return next((sorted(set(found)) for found in ranks if found), [])
