"""Background jobs of places. Each is safe to start twice."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from madang.ground.places.operations.figures import count_figures as count


@app.periodic(cron="*/10 * * * *")
@app.task(name="madang.places.count_figures", queueing_lock="madang.places.count_figures")
def count_figures(timestamp: int) -> None:
    """Count the figures of every place anew, every ten minutes."""
    del timestamp
    count(now=timezone.now())
