"""What operators see of the queue: how much waits, who works, what failed and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from madang.ground.footing import keyset
from madang.ground.footing.jobs.recovery import HEARTBEAT
from madang.ground.footing.jobs.schedule import named
from madang.ground.footing.models import Discarded, Fault, Progress

if TYPE_CHECKING:
    import uuid

QUEUES = """
SELECT job.queue_name,
       count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %(now)s)),
       count(*) FILTER (WHERE status = 'todo' AND scheduled_at > %(now)s),
       count(*) FILTER (WHERE status = 'doing'),
       count(*) FILTER (WHERE status = 'failed'),
       extract(epoch FROM %(now)s - min(coalesce(scheduled_at, deferred.at)) FILTER (
           WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %(now)s)))
FROM procrastinate_jobs job
LEFT JOIN LATERAL (SELECT at FROM procrastinate_events e WHERE e.job_id = job.id AND e.type = 'deferred'
                   AND job.status = 'todo' LIMIT 1) deferred ON true
WHERE status IN ('todo', 'doing', 'failed')
GROUP BY job.queue_name ORDER BY job.queue_name
"""
WORKERS = """
SELECT worker.id, extract(epoch FROM %s - worker.last_heartbeat), count(job.id)
FROM procrastinate_workers worker LEFT JOIN procrastinate_jobs job ON job.worker_id = worker.id AND job.status = 'doing'
GROUP BY worker.id ORDER BY worker.id
"""


@dataclass(frozen=True)
class Queue:
    """A queue: jobs due, jobs due later (also after a failure), jobs running, failed; seconds the oldest has waited."""

    name: str
    waiting: int
    later: int
    running: int
    failed: int
    oldest: float


@dataclass(frozen=True)
class Worker:
    """A worker, the seconds since its last sign of life, and how many jobs it runs."""

    id: int
    silent: float
    jobs: int

    @property
    def alive(self) -> bool:
        return self.silent < HEARTBEAT.total_seconds()


def queues(*, now: datetime) -> list[Queue]:
    """Every queue that holds something (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUES, {"now": now})
        rows = cursor.fetchall()
    return [
        Queue(name, waiting, later, running, failed, float(oldest or 0))
        for name, waiting, later, running, failed, oldest in rows
    ]


def workers(*, now: datetime) -> list[Worker]:
    """The workers that are registered, also those that died without a word (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(WORKERS, [now])
        return [Worker(pk, float(silent), jobs) for pk, silent, jobs in cursor.fetchall()]


@dataclass(frozen=True)
class Failure:
    """A failed job with the reason of its last run."""

    job: ProcrastinateJob
    fault: Fault | None
    progress: Progress | None

    @property
    def name(self) -> str:
        return self.progress.name if self.progress else named(self.job.task_name)

    @property
    def kind(self) -> str:
        """The class of the error and what it said, without the frames."""
        return self.fault.error.partition("\n")[0] if self.fault else ""

    @property
    def frames(self) -> str:
        return self.fault.error.partition("\n")[2] if self.fault else ""

    @property
    def args(self) -> dict[str, Any]:
        return {key: value for key, value in self.job.args.items() if key not in ("progress", "request", "timestamp")}


def failures(*, after: str = "", size: int = 20) -> keyset.Page[Failure]:
    """Failed jobs, the latest first (three queries)."""
    rows = ProcrastinateJob.objects.filter(status="failed")
    page = keyset.page(rows, by=("-id", "-id"), after=after, size=size)
    ids = [job.pk for job in page.rows]
    faults: dict[int, Fault] = {}
    for fault in Fault.objects.filter(job_id__in=ids).order_by("job_id", "attempt"):
        faults[fault.job_id] = fault
    progress = {one.job_id: one for one in Progress.objects.filter(job_id__in=ids)}
    found = [Failure(job, faults.get(job.pk), progress.get(job.pk)) for job in page.rows]
    return keyset.Page(found, page.next, page.previous)


def under_way(*, most: int = 20) -> list[Progress]:
    """Long work that waits or runs, the latest first."""
    return list(Progress.objects.filter(state__in=("waiting", "running")).order_by("-created_at")[:most])


def discarded(*, most: int = 10) -> list[Discarded]:
    """What operators gave up, the latest first."""
    return list(Discarded.objects.order_by("-at", "-pk")[:most])


def find(pk: uuid.UUID) -> Progress | None:
    """A piece of long work."""
    return Progress.objects.filter(pk=pk).first()


def latest(key: str) -> Progress | None:
    """The last work asked for under a key, whatever became of it."""
    return Progress.objects.filter(key=key).order_by("-created_at").first()


def last_took(key: str) -> timedelta | None:
    """How long the last work that ended well took under this key."""
    row = Progress.objects.filter(key=key, state="done").order_by("-finished_at").first()
    return row.finished_at - row.started_at if row and row.finished_at and row.started_at else None
