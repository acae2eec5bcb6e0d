"""Asking for work, once for each key, in the transaction of the data that it works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from madang.ground.footing.bound import request_id
from madang.ground.footing.models import Progress

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Started:
    """The work under way for a key, and whether this call began it."""

    progress: Progress
    new: bool

    @property
    def page(self) -> str:
        """Where to follow it."""
        return self.progress.page


@transaction.atomic
def start(
    *,
    task: str,
    key: str,
    label: str,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    by_id: int | None = None,
    place_id: int | None = None,
    url: str = "",
    total: int | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **args: Any,
) -> Started:
    """Queue work unless work for the same key is under way already; either way tell where to follow it.

    task: the name given to `jobs.task`. label: a msgid, with `params`. by_id: who may follow it; place_id: whose desk
    may. url: where the result will stand. at: not before. args: for the task, plain JSON. Two callers at once get the
    same work.
    """
    while True:
        row = Progress(
            key=key, task=task, label=label, params=dict(params or {}), by_id=by_id, place_id=place_id, url=url,
            total=total, created_at=now, updated_at=now,
        )  # fmt: skip
        Progress.objects.bulk_create([row], ignore_conflicts=True)
        if Progress.objects.filter(pk=row.pk).exists():
            return Started(_queue(row, at, priority, args), new=True)
        under_way = Progress.objects.filter(key=key, state__in=("waiting", "running")).first()
        if under_way:
            return Started(under_way, new=False)


def _queue(row: Progress, at: datetime | None, priority: int, args: Mapping[str, Any]) -> Progress:
    from procrastinate.contrib.django import app

    job = app.configure_task(row.task, lock=row.key, schedule_at=at, priority=priority)
    row.job_id = job.defer(
        progress=str(row.pk), **({"request": number} if (number := request_id.get()) else {}), **args
    )
    row.save(update_fields=["job_id"])
    return row


@transaction.atomic
def cancel(*, progress: uuid.UUID | str, now: datetime, reason: str = "") -> bool:
    """Stop work that is under way: what waits never begins, what runs stops at its next report and leaves nothing.

    False where it was over already.
    """
    row = Progress.objects.select_for_update().filter(pk=progress, state__in=("waiting", "running")).first()
    if row is None:
        return False
    row.state, row.reason, row.finished_at, row.updated_at = Progress.State.CANCELED, reason[:500], now, now
    row.save(update_fields=["state", "reason", "finished_at", "updated_at"])
    if row.job_id:
        from procrastinate.contrib.django import app

        app.job_manager.cancel_job_by_id(row.job_id)
    return True
