"""How far background jobs are, why they failed, and which an operator gave up."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _


class State(models.TextChoices):
    """Where a job stands. The first two are under way, the others final."""

    WAITING = "waiting", gettext_lazy("Waiting")
    RUNNING = "running", gettext_lazy("Running")
    DONE = "done", gettext_lazy("Done")
    FAILED = "failed", gettext_lazy("Failed")
    CANCELED = "canceled", gettext_lazy("Canceled")


UNDER_WAY = (State.WAITING, State.RUNNING)
FINAL = (State.DONE, State.FAILED, State.CANCELED)


def _worded(text: str, params: dict[str, str]) -> str:
    """A text in the reader's language; a name that has a form in it ("place" and "place_en") is given in that form."""
    language = (get_language() or "")[:2]
    return _(text) % {key: params.get(f"{key}_{language}", value) for key, value in params.items()}


class Progress(models.Model):
    """One piece of long work that somebody waits for.

    At most one under way for each key. `attempt` counts the runs and fences them: a run that was overtaken by a later
    one can neither report nor finish. People and places lie above, so they are held by their ids.
    """

    State = State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=120, db_collation="C")
    task = models.CharField(max_length=128)
    label = models.CharField(max_length=200)
    params = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    message = models.CharField(max_length=300, blank=True, default="")
    message_params = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=500, blank=True, default="")
    by_id = models.BigIntegerField(null=True, blank=True)
    place_id = models.BigIntegerField(null=True, blank=True)
    job_id = models.BigIntegerField(null=True, blank=True, unique=True)
    attempt = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state__in=UNDER_WAY), name="one_job_under_way_for_a_key"
            ),
            models.CheckConstraint(
                condition=models.Q(done__gte=0)
                & (models.Q(total=None) | models.Q(total__gte=0, done__lte=models.F("total"))),
                name="progress_within_total",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=UNDER_WAY, finished_at=None)
                | models.Q(state__in=FINAL, finished_at__isnull=False),
                name="progress_finished_when_final",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("running", "done")) | models.Q(started_at__isnull=False, attempt__gt=0),
                name="progress_started_when_run",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(error=""), name="progress_failed_with_its_error"
            ),
        )
        indexes = (
            models.Index(fields=["by_id", "-created_at"], name="progress_by_person"),
            models.Index(fields=["finished_at"], name="progress_by_end"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What it does, in the reader's language."""
        return _worded(self.label, self.params) if self.label else self.task

    @property
    def told(self) -> str:
        """What the work said last, in the reader's language."""
        return _worded(self.message, self.message_params) if self.message else ""

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down; None where nobody can tell."""
        if self.state == State.DONE:
            return 100
        return None if self.total is None else int(100 * self.done // self.total) if self.total else 0

    @property
    def page(self) -> str:
        """The address at which its owner follows it."""
        return reverse("jobs:detail", args=[self.pk])


class Fault(models.Model):
    """Why one run of a job failed: for operators, without personal data."""

    job_id = models.BigIntegerField()
    task = models.CharField(max_length=128)
    attempt = models.PositiveIntegerField()
    error = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job_id", "attempt"], name="one_fault_for_a_run"),)
        indexes = (models.Index(fields=["at"], name="fault_by_time"),)

    def __str__(self) -> str:
        return f"{self.task} #{self.job_id}.{self.attempt}"


class Discarded(models.Model):
    """A failed job that an operator gave up, with the reason. The job itself is gone."""

    job_id = models.BigIntegerField(unique=True)
    task = models.CharField(max_length=128)
    error = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=500)
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~models.Q(reason=""), name="discarded_with_a_reason"),)
        indexes = (models.Index(fields=["-at"], name="discarded_by_time"),)

    def __str__(self) -> str:
        return f"{self.task} #{self.job_id}"

    @property
    def name(self) -> str:
        """What it did, in the reader's language."""
        from madang.ground.footing.jobs.schedule import named

        return named(self.task)
