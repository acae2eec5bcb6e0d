"""What runs by the clock: names for people, when each ran last and runs next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

_labels: dict[str, str] = {}

LAST = """
SELECT DISTINCT ON (defer.task_name) defer.task_name, to_timestamp(defer.defer_timestamp), job.status
FROM procrastinate_periodic_defers defer LEFT JOIN procrastinate_jobs job ON job.id = defer.job_id
ORDER BY defer.task_name, defer.defer_timestamp DESC
"""


def describe(task: str, label: str) -> None:
    """Give a task a name that people read: a msgid, beside the task's declaration."""
    _labels[task] = label


def named(task: str) -> str:
    """The name of a task in the reader's language, else its own."""
    return _(_labels[task]) if task in _labels else task


@dataclass(frozen=True)
class Line:
    """One line of the schedule. status: how the last run stands, "" where none is known."""

    task: str
    cron: str
    next: datetime
    last: datetime | None
    status: str

    @property
    def name(self) -> str:
        return named(self.task)


def schedule(*, now: datetime) -> list[Line]:
    """Every periodic task, soonest first (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        last = {task: (at, status or "") for task, at, status in cursor.fetchall()}
    return sorted(_lines(now, last), key=lambda line: (line.next, line.task))


def _lines(now: datetime, last: dict[str, tuple[datetime, str]]) -> Iterator[Line]:
    from procrastinate.contrib.django import app

    for periodic in app.periodic_registry.periodic_tasks.values():
        name = periodic.task.name
        at, status = last.get(name, (None, ""))
        following = periodic.croniter.get_next(ret_type=float, start_time=now.timestamp())
        yield Line(name, periodic.cron, datetime.fromtimestamp(following, tz=UTC), at, status)
