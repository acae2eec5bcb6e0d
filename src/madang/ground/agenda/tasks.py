"""Background jobs of the agenda."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from madang.ground.agenda import operations


@app.periodic(cron="27 * * * *")
@app.task(name="madang.agenda.escalate_referrals", queueing_lock="agenda-escalate")
def escalate_referrals(timestamp: int) -> None:
    """Report referrals that were not answered in time, hourly."""
    del timestamp
    operations.escalate_referrals(now=timezone.now())
