"""The job that counts; loaded by the app, beside its other tasks."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from madang.ground.footing import jobs
from madang.ground.footing.jobs.schedule import describe
from madang.ground.people.models import User
from madang.plan.budgets.models import Budget
from madang.plan.budgets.operations.counting import TASK
from madang.plan.budgets.operations.counting import count as count_ballots

describe(TASK, _("Count of a participatory budget"))


@jobs.task(name=TASK)
def count(job: jobs.Job, *, budget: int, by: int) -> None:
    """Count the ballots of one budget."""
    found = Budget.objects.select_related("place").get(pk=budget)
    count_ballots(budget=found, by=User.objects.filter(pk=by).first(), now=timezone.now(), job=job)
