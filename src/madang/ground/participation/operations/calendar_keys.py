"""Giving out, replacing and revoking the secret address of a person's own calendar."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from madang.ground.participation.models import CalendarKey
from madang.ground.participation.queries.feeds import digest_of

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User


def issue_calendar_key(*, by: User, now: datetime) -> str:
    """A new secret for one's calendar; the one before stops working. It is told once and not kept."""
    token = secrets.token_urlsafe(32)
    CalendarKey.objects.update_or_create(user=by, defaults={"digest": digest_of(token), "created_at": now})
    return token


def revoke_calendar_key(*, by: User) -> bool:
    """Nobody reads one's calendar any more; whether anybody could before."""
    deleted, _rows = CalendarKey.objects.filter(user=by).delete()
    return bool(deleted)
