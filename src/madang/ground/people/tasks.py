"""Background jobs of people. Each is safe to start twice."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from madang.ground.footing import jobs
from madang.ground.people.operations import downloads, leaving


@jobs.task(name=downloads.TASK)
def make_download(job: jobs.Job, *, user: int) -> None:
    """Put together everything that is held of somebody."""
    downloads.make_download(user_id=user, now=timezone.now(), job=job)


@app.periodic(cron="25 * * * *")
@app.task(name="madang.ground.people.tasks.erase_due", queueing_lock="erase-due")
def erase_due(timestamp: int) -> None:
    """Carry out the deletions that are due, hourly."""
    del timestamp
    leaving.erase_due(now=timezone.now())


@app.periodic(cron="5 4 * * *")
@app.task(name="madang.ground.people.tasks.sweep", queueing_lock="sweep-people")
def sweep(timestamp: int) -> None:
    """Let go nightly of what has had its time."""
    del timestamp
    leaving.sweep(now=timezone.now())
