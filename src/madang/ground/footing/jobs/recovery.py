"""After a worker died: what it was doing is done again, and nothing waits for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction

from madang.ground.footing.models import Fault, Progress

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

# A worker that gave no sign of life for so long is dead (it gives one every ten seconds).
HEARTBEAT = timedelta(seconds=30)
# A job during which so many workers died kills them: an operator should look at it.
DEATHS = 5
# A command that reported nothing for so long has ended without a word.
SILENCE = timedelta(minutes=30)
DIED = "The worker that ran it died."

STALLED = """
SELECT job.id, job.task_name, job.attempts,
       (SELECT count(*) FROM procrastinate_events event WHERE event.job_id = job.id AND type = 'started') AS starts
FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < %s - make_interval(secs => %s))
ORDER BY job.id FOR UPDATE OF job SKIP LOCKED LIMIT 1
"""
ORPHANS = """
SELECT progress.id, job.status FROM ground_footing_progress progress
LEFT JOIN procrastinate_jobs job ON job.id = progress.job_id
WHERE progress.state IN ('waiting', 'running') AND progress.job_id IS NOT NULL
  AND progress.updated_at < %s - interval '1 minute'
  AND (job.id IS NULL OR job.status NOT IN ('todo', 'doing'))
ORDER BY progress.created_at FOR UPDATE OF progress SKIP LOCKED LIMIT 500
"""


@dataclass(frozen=True)
class Recovered:
    """Jobs put back into the queue, jobs given up after many deaths, and progress that no job stood behind."""

    again: int = 0
    given_up: int = 0
    orphans: int = 0


def recover(*, now: datetime, heartbeat: timedelta = HEARTBEAT) -> Recovered:
    """Put back what dead workers were doing; settle progress whose job is gone. May run anywhere, at any time."""
    again = given_up = 0
    while (outcome := _one(now, heartbeat)) is not None:
        again, given_up = again + outcome, given_up + (not outcome)
    return Recovered(again, given_up, _orphans(now) + _silent(now))


@transaction.atomic
def _one(now: datetime, heartbeat: timedelta) -> bool | None:
    """The next stalled job: True where it was put back, False where it was given up, None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(STALLED, [now, heartbeat.total_seconds()])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, task, attempts, starts = row
    Fault.objects.bulk_create(
        [Fault(job_id=pk, task=task, attempt=attempts + 1, error=DIED, at=now)], ignore_conflicts=True
    )
    if starts >= DEATHS or not _put_back(pk, now):
        _give_up(pk, now, died=starts)
        return False
    Progress.objects.filter(job_id=pk, state="running").update(state="waiting", updated_at=now)
    return True


def _put_back(pk: int, now: datetime) -> bool:
    """False where the same work waits in the queue already, so that this job is one too many."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", [pk, now])
    except IntegrityError:
        return False
    return True


def _give_up(pk: int, now: datetime, *, died: int) -> None:
    status = "failed" if died >= DEATHS else "aborted"
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, %s, false)", [pk, status])
    Progress.objects.filter(job_id=pk, state__in=("waiting", "running")).update(
        state="failed", error=f"{DIED} ({died})", finished_at=now, updated_at=now
    )


@transaction.atomic
def _orphans(now: datetime) -> int:
    """Progress under way behind which no job stands: queued anew, or failed where its job failed."""
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS, [now])
        rows = cursor.fetchall()
    for pk, status in rows:
        if status == "succeeded":
            # A run taken for dead reported the job as done while a later one ran, and that one died.
            Progress.objects.filter(pk=pk).update(state="waiting", updated_at=now, job_id=_again(pk))
        else:
            error = "Its job is gone." if status is None else f"Its job ended as {status}."
            Progress.objects.filter(pk=pk).update(state="failed", error=error, finished_at=now, updated_at=now)
    return len(rows)


def _again(pk: uuid.UUID) -> int:
    """Queue the same job once more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(queue_name, task_name, priority, lock, queueing_lock, "
            "args, NULL)::procrastinate_job_to_defer_v1])) FROM procrastinate_jobs "
            "WHERE id = (SELECT job_id FROM ground_footing_progress WHERE id = %s)",
            [pk],
        )
        return cursor.fetchone()[0]


def _silent(now: datetime) -> int:
    """Work of commands that ended without a word."""
    rows = Progress.objects.filter(job_id=None, state__in=("waiting", "running"), updated_at__lt=now - SILENCE)
    return rows.update(state="failed", error="The command that did it ended without a word.", finished_at=now)


def sweep(*, now: datetime, keep: timedelta = timedelta(days=7), keep_progress: timedelta = timedelta(days=90)) -> int:
    """Forget jobs that ended well long ago, and what was kept about them. Failed ones stay until somebody decides."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs job WHERE status IN ('succeeded', 'cancelled', 'aborted') AND NOT EXISTS "
            "(SELECT FROM procrastinate_events event WHERE event.job_id = job.id AND event.at >= %s)",
            [now - keep],
        )
        gone = cursor.rowcount
        cursor.execute(
            "DELETE FROM ground_footing_fault fault WHERE at < %s AND NOT EXISTS "
            "(SELECT FROM procrastinate_jobs job WHERE job.id = fault.job_id)",
            [now - keep],
        )
    Progress.objects.filter(finished_at__lt=now - keep_progress).delete()
    return gone
