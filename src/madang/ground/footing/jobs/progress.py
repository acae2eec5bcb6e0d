"""Reporting how far a run is, so that others see it while the work's own transaction is still open."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Protocol

from django.db import DatabaseError, connection
from django.utils import timezone

from madang.ground.footing.jobs.errors import AlreadyDoneError, CanceledError, OvertakenError, ShutdownError
from madang.ground.footing.models import Progress

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from django.db.backends.base.base import BaseDatabaseWrapper

# How often a report is written at most. The first and the last always are.
SECONDS = 0.5

ADVANCE = """
UPDATE ground_footing_progress
SET done = %(done)s, total = %(total)s, message = coalesce(%(message)s, message),
    message_params = coalesce(%(params)s::jsonb, message_params), updated_at = %(now)s
WHERE id = %(id)s AND attempt = %(attempt)s AND state = 'running'
"""


class Job(Protocol):
    """What an operation needs of the job that it runs in."""

    def advance(self, done: int, total: int | None = None, *, message: str = "", **params: Any) -> None:
        """Say how much is done, and of how much where that is known; raises CanceledError or OvertakenError."""

    def finish(self, *, url: str = "", message: str = "", **params: Any) -> None:
        """Say that it is done: inside the transaction that writes the result, as its last statement."""


class Silent:
    """A job that nobody watches: an operation called from a command, a test or the nightly schedule."""

    def advance(self, done: int, total: int | None = None, *, message: str = "", **params: Any) -> None:
        pass

    def finish(self, *, url: str = "", message: str = "", **params: Any) -> None:
        pass


SILENT: Job = Silent()


class Run:
    """One run of a piece of work. Reports go past the work's transaction; the end goes into it."""

    def __init__(self, pk: uuid.UUID, attempt: int, stopping: Callable[[], bool] = bool) -> None:
        self.pk = pk
        self.attempt = attempt
        self.finished = False
        self._stopping = stopping
        self._reported = float("-inf")
        self._said = ""
        self._aside: BaseDatabaseWrapper | None = None

    def advance(self, done: int, total: int | None = None, *, message: str = "", **params: Any) -> None:
        """Report, at most twice a second; the last of a known total and a new message are always written.

        Raises CanceledError or OvertakenError where the run should stop, ShutdownError where its worker must.
        """
        if self._stopping():
            raise ShutdownError("The worker stops; the work goes back to the queue.")
        clock = time.monotonic()
        said, self._said = self._said, message or self._said
        if self.finished or (clock - self._reported < SECONDS and done != total and said == self._said):
            return
        self._reported = clock
        total = None if total is None else max(total, done)
        words = (message or None, _json(params) if message else None)
        if not self._report(done, total, *words, now=timezone.now()):
            self._stop()

    def finish(self, *, url: str = "", message: str = "", **params: Any) -> None:
        """Mark the work as done in the caller's transaction. Raises CanceledError or OvertakenError."""
        now = timezone.now()
        row = Progress.objects.filter(pk=self.pk, attempt=self.attempt, state=Progress.State.RUNNING)
        words: dict[str, Any] = {"message": message, "message_params": params} | ({"url": url} if url else {})
        if not row.update(state=Progress.State.DONE, finished_at=now, updated_at=now, error="", **words):
            self._stop()
        self.finished = True

    def close(self) -> None:
        if self._aside is not None:
            self._aside.close()
            self._aside = None

    def _report(self, done: int, total: int | None, message: str | None, params: str | None, *, now: datetime) -> bool:
        values = {
            "done": done, "total": total, "message": message, "params": params, "now": now, "id": self.pk,
            "attempt": self.attempt,
        }  # fmt: skip
        if not connection.in_atomic_block:
            return _execute(connection, values)
        try:
            if _execute(self._beside(), values):
                return True
        except DatabaseError:
            # Somebody holds the row for long: the next report will tell.
            return True
        # Either the row came into being in this very transaction, or the run is over.
        return _execute(connection, values)

    def _beside(self) -> BaseDatabaseWrapper:
        """A second connection of this run's own, which commits each report at once and waits for nobody."""
        if self._aside is None:
            self._aside = connection.copy()
            with self._aside.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
        return self._aside

    def _stop(self) -> None:
        """Say why this run may not go on."""
        row = Progress.objects.filter(pk=self.pk).first()
        if row is not None and row.state == Progress.State.CANCELED:
            raise CanceledError("The work was canceled.")
        raise OvertakenError("Another run of the same work took over.")


def _execute(on: Any, values: Mapping[str, Any]) -> bool:
    with on.cursor() as cursor:
        cursor.execute(ADVANCE, values)
        return cursor.rowcount == 1


def _json(params: Mapping[str, Any]) -> str:
    import json

    return json.dumps(params, ensure_ascii=False, default=str)


@contextlib.contextmanager
def running(progress: uuid.UUID | str, *, stopping: Callable[[], bool] = bool) -> Iterator[Run]:
    """Begin a run of this work, and end it: done where the block ends, whatever raised otherwise is the caller's.

    stopping: whether the process that runs it should stop soon.
    Raises AlreadyDoneError where an earlier run finished, CanceledError where somebody canceled it.
    """
    run = Run(*_begin(progress), stopping)
    try:
        yield run
        if not run.finished:
            run.finish()
    finally:
        run.close()


def _begin(progress: uuid.UUID | str) -> tuple[uuid.UUID, int]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ground_footing_progress SET state = 'running', attempt = attempt + 1, done = 0, "
            "started_at = coalesce(started_at, %(now)s), updated_at = %(now)s "
            "WHERE id = %(id)s AND state IN ('waiting', 'running') RETURNING id, attempt",
            {"id": str(progress), "now": now},
        )
        row = cursor.fetchone()
    if row:
        return row
    if Progress.objects.filter(pk=progress, state=Progress.State.CANCELED).exists():
        raise CanceledError("The work was canceled before it began.")
    raise AlreadyDoneError("The work was finished by an earlier run.")


def failed(*, progress: uuid.UUID | str, error: str, again: bool, now: datetime) -> None:
    """Write down that a run failed: it waits for the next one, or stays failed."""
    changes: dict[str, Any] = {"error": error, "updated_at": now}
    if again:
        changes |= {"state": Progress.State.WAITING}
    else:
        changes |= {"state": Progress.State.FAILED, "finished_at": now}
    Progress.objects.filter(pk=progress, state__in=("waiting", "running")).update(**changes)
