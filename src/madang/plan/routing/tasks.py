"""Background jobs of routing."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.ground.footing.jobs.schedule import describe
from madang.plan.routing import operations

describe("madang.plan.routing.tasks.suggest_for_new_items", _("Suggest owners for new agenda items"))
describe("madang.plan.routing.tasks.escalate", _("Escalate overdue assignments"))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="routing-suggest")
def suggest_for_new_items(timestamp: int) -> None:
    """Suggest an owner for items that have no suggestion yet."""
    del timestamp
    operations.suggest_waiting(now=timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="routing-escalate")
def escalate(timestamp: int) -> None:
    """Report overdue assignments upwards."""
    del timestamp
    operations.escalate_overdue(now=timezone.now())
