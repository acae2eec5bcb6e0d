"""Background jobs of budgets. Each is safe to start twice."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.ground.footing import jobs
from madang.ground.footing.jobs.schedule import describe
from madang.plan.budgets.operations import opening, screening, simulating

describe("madang.plan.budgets.tasks.open_votes", _("Open votes whose time has come"))
describe(simulating.TASK, _("What rules would have given on ballots of the past"))
describe("madang.plan.budgets.tasks.report_late", _("Report examinations that are late"))


@app.periodic(cron="* * * * *")
@app.task(name="madang.plan.budgets.tasks.open_votes", queueing_lock="budgets-open")
def open_votes(timestamp: int) -> None:
    """Freeze what goes to the vote, within a minute of its beginning."""
    del timestamp
    opening.open_votes(now=timezone.now())


@app.periodic(cron="25 * * * *")
@app.task(name="madang.plan.budgets.tasks.report_late", queueing_lock="budgets-late")
def report_late(timestamp: int) -> None:
    """Tell offices and officers of late examinations, hourly."""
    del timestamp
    screening.report_late(now=timezone.now())


@jobs.task(name=simulating.TASK)
def simulate(job: jobs.Job, *, simulation: int) -> None:
    """Count the ballots of one simulation."""
    simulating.run(simulation_id=simulation, job=job)
