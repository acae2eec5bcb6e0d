"""A worker in a process of its own, with tasks that write rows slowly: what the test of kill -9 kills.

usage: python -m tests.ground.footing.killed_worker
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.test")
TASK, UNDONE = "tests.footing.slow", "tests.footing.undone"
ROWS = 20


def declare() -> None:
    from django.db import transaction

    from madang.ground.footing import jobs
    from madang.ground.footing.models import Bucket

    @jobs.task(name=TASK)
    def slow(job: jobs.Job, *, number: int) -> None:
        """Write rows, as a job that is interrupted most probably is: half way in its transaction."""
        with transaction.atomic():
            for row in range(ROWS):
                Bucket.objects.create(key=f"{number}:{job.attempt}:{row}", due_at=datetime(2026, 5, 1, tzinfo=UTC))
                time.sleep(0.01)
                job.advance(row + 1, ROWS)
            # What a job queues is part of its transaction too.
            jobs.start(
                task="tests.footing.next", key=f"next:{number}", label="Next", now=datetime(2026, 5, 1, tzinfo=UTC)
            )
            job.finish()

    @jobs.task(name=UNDONE, attempts=1)
    def undone(job: jobs.Job) -> None:
        """Queue a follow-up and fail: the follow-up must not run."""
        with transaction.atomic():
            jobs.start(task="tests.footing.next", key="undone", label="Next", now=datetime(2026, 5, 1, tzinfo=UTC))
            raise RuntimeError("no")


if __name__ == "__main__":
    django.setup()
    declare()
    from madang.ground.footing.jobs.worker import work

    work(concurrency=2, queues=["default"], heartbeat=timedelta(seconds=1.5))
