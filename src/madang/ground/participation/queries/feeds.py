"""Whose calendar a secret address opens."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from madang.ground.participation.models import CalendarKey

if TYPE_CHECKING:
    from madang.ground.people.models import User


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def calendar_key_of(user: User) -> CalendarKey | None:
    return CalendarKey.objects.filter(user=user).first()


def owner_of(token: str) -> User | None:
    """The person to whom a token was given, while it stands and the person may sign in."""
    rows = CalendarKey.objects.filter(digest=digest_of(token), user__is_active=True).select_related("user")
    found = rows.first()
    return found.user if found else None
