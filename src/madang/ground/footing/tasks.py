"""Keeping the queue itself: what dead workers left, and what nobody needs any more."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.ground.footing import limits
from madang.ground.footing.jobs import recovery, schedule

schedule.describe("madang.jobs.recover", _("Take up what dead workers left"))
schedule.describe("madang.jobs.sweep", _("Forget old jobs and limits"))


@app.periodic(cron="* * * * *")
@app.task(name="madang.jobs.recover", queueing_lock="madang.jobs.recover", priority=100)
def recover(timestamp: int | None = None) -> None:
    """Every minute, before anything else in the queue."""
    del timestamp
    recovery.recover(now=timezone.now())


@app.periodic(cron="35 2 * * *")
@app.task(name="madang.jobs.sweep", queueing_lock="madang.jobs.sweep")
def sweep(timestamp: int | None = None) -> None:
    """Every night."""
    del timestamp
    recovery.sweep(now=timezone.now())
    while limits.sweep(now=timezone.now()):
        pass
