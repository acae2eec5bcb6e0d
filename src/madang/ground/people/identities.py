"""How surely somebody is known: the question that every process asks with its own least level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils import timezone

from madang.ground.people.models import Level, User, Verification

if TYPE_CHECKING:
    from datetime import datetime


def verifications(user: User, *, now: datetime | None = None) -> dict[int, Verification]:
    """The verifications in force by level; asked once a request and kept on the user."""
    cached = getattr(user, "_verifications", None)
    if cached is None:
        current = user.verifications.filter(Q(expires_at=None) | Q(expires_at__gt=now or timezone.now()))
        cached = {one.level: one for one in current.select_related("place")}
        user._verifications = cached  # type: ignore[attr-defined] # noqa: SLF001
    return cached


def level_of(user: object, *, now: datetime | None = None) -> Level:
    """The highest level in force."""
    if not isinstance(user, User) or not user.is_active:
        return Level.NONE
    if found := verifications(user, now=now):
        return Level(max(found))
    confirmed = EmailAddress.objects.filter(user=user, verified=True).exists()
    return Level.EMAIL if confirmed else Level.NONE


def is_verified(level: Level) -> rules.predicates.Predicate:
    """A predicate for `permissions.define`: the person is known at least this surely."""

    @rules.predicate(f"is_verified:{level.name.lower()}")
    def holds(user: object) -> bool:
        return level_of(user) >= level

    return holds


def residence(user: User) -> object:
    """The municipality in which a resident was confirmed, or None."""
    found = verifications(user).get(Level.RESIDENT)
    return found.place if found else None
