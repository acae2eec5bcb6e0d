"""Background jobs of people. Each is safe to start twice."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from madang.ground.footing import jobs
from madang.ground.people.operations import downloads, leaving, letters, roles
from madang.ground.people.operations.invitations import TASK
from madang.ground.people.operations.setup import TASK as SET_UP
from madang.ground.people.operations.setup import carry_out_setup
from madang.ground.people.tokens import operations as tokens


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


@app.periodic(cron="35 * * * *")
@app.task(name="madang.ground.people.tasks.forget_answers", queueing_lock="forget-answers")
def forget_answers(timestamp: int) -> None:
    """Forget hourly the answers that were kept for requests sent again."""
    del timestamp
    while tokens.forget_answers(now=timezone.now()):
        pass


@app.periodic(cron="5 4 * * *")
@app.task(name="madang.ground.people.tasks.sweep", queueing_lock="sweep-people")
def sweep(timestamp: int) -> None:
    """Let go nightly of what has had its time."""
    del timestamp
    leaving.sweep(now=timezone.now())


@app.task(name=TASK, retry=jobs.BackOff(8))
def send_invitation(invitation: int) -> None:
    """Write the letter of one invitation."""
    letters.send_invitation(invitation_id=invitation, now=timezone.now())


@app.periodic(cron="5 8 * * *")
@app.task(name="madang.people.remind_of_expiry", queueing_lock="madang.people.remind_of_expiry")
def remind_of_expiry(timestamp: int) -> None:
    """Every morning: tell those whose roles end soon."""
    del timestamp
    roles.remind_of_expiry(now=timezone.now())


@jobs.task(name=SET_UP)
def set_up(job: jobs.Job, *, setup: int) -> None:
    """Carry a workbook out by which a government is set up."""
    carry_out_setup(setup_id=setup, now=timezone.now(), job=job)
