"""Reading one's notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.ground.participation.models import Notice

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User


def mark_read(*, by: User, now: datetime, up_to: int | None = None) -> int:
    """Mark one's notices read (those with an id up to `up_to`); returns how many."""
    waiting = Notice.objects.filter(user=by, read_at=None)
    return (waiting.filter(pk__lte=up_to) if up_to else waiting).update(read_at=now)


def mark_one_read(*, by: User, notice_id: int, now: datetime) -> bool:
    """Mark one of one's own notices read without opening it; whether there is such a notice."""
    mine = Notice.objects.filter(pk=notice_id, user=by)
    return bool(mine.filter(read_at=None).update(read_at=now)) or mine.exists()


def open_notice(*, by: User, notice_id: int, now: datetime) -> Notice | None:
    """One's own notice, marked read; None where there is none."""
    found = Notice.objects.filter(pk=notice_id, user=by).first()
    if found and found.read_at is None:
        Notice.objects.filter(pk=found.pk, read_at=None).update(read_at=now)
    return found
