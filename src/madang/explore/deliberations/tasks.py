"""Background jobs. Each is safe to start twice."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.explore.deliberations.operations import moderation, running
from madang.ground.footing.jobs.schedule import describe

describe("madang.explore.deliberations.tasks.turn", _("Open and close deliberations"))
describe("madang.explore.deliberations.tasks.remind", _("Remind of deliberations that end soon"))


@app.periodic(cron="* * * * *")
@app.task(name="madang.explore.deliberations.tasks.turn", queueing_lock="deliberations-turn")
def turn(timestamp: int) -> None:
    """Open what is due and close what is over, every minute."""
    del timestamp
    running.open_due(now=timezone.now())
    running.close_due(now=timezone.now())


@app.periodic(cron="25 * * * *")
@app.task(name="madang.explore.deliberations.tasks.remind", queueing_lock="deliberations-remind")
def remind(timestamp: int) -> None:
    """Tell whose voting ends within a day, and whose statements wait, hourly (each once)."""
    del timestamp
    running.remind_due(now=timezone.now())
    moderation.tell_of_waiting(now=timezone.now())
