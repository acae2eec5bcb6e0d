"""Background jobs of the record. Each may be started twice."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from madang.ground.record import operations


@app.periodic(cron="* * * * * */10")
@app.task(name="madang.record.sequence", lock="madang.record.sequence", queueing_lock="madang.record.sequence")
def sequence(timestamp: int | None = None) -> None:
    """Give waiting entries their places in the log, every ten seconds."""
    del timestamp
    operations.sequence()


@app.periodic(cron="10 15 * * *")
@app.task(name="madang.record.checkpoint", queueing_lock="madang.record.checkpoint")
def checkpoint(timestamp: int | None = None) -> None:
    """Sign the log daily (15:10 UTC is ten past midnight in Seoul), also where nothing was added, and publish it."""
    del timestamp
    operations.checkpoint(now=timezone.now())
    operations.publish()
