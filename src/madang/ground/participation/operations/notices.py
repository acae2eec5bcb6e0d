"""Telling people something, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.ground.participation.models import Notice
from madang.ground.people.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def tell(
    *,
    users: Iterable[int],
    kind: str,
    message: str,
    params: dict[str, object],
    url: str,
    key: str,
    now: datetime,
) -> None:
    """Tell people something, once each: `message` is a msgid with %(name)s places, rendered in the reader's language.

    `key` names the event, such as "answered:204"; the same event reaches nobody twice. `users` are ids.
    """
    text = {"message": message, "params": params}
    rows = (
        Notice(user_id=user, kind=kind, text=text, url=url, key=f"{key}:{user}", created_at=now)
        for user in dict.fromkeys(users)
    )
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def mark_read(*, by: User, now: datetime, up_to: int | None = None) -> int:
    """Mark one's notices read (those with an id up to `up_to`); returns how many."""
    waiting = Notice.objects.filter(user=by, read_at=None)
    return (waiting.filter(pk__lte=up_to) if up_to else waiting).update(read_at=now)


def open_notice(*, by: User, notice_id: int, now: datetime) -> Notice | None:
    """One's own notice, marked read; None where there is none."""
    found = Notice.objects.filter(pk=notice_id, user=by).first()
    if found and found.read_at is None:
        Notice.objects.filter(pk=found.pk, read_at=None).update(read_at=now)
    return found
