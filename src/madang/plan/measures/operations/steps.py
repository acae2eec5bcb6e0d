"""Milestones: added, moved with a reason, reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.participation.operations import tell_around
from madang.ground.record.operations import record
from madang.plan.measures.models import Milestone
from madang.plan.measures.operations.starting import MeasureError, locked

if TYPE_CHECKING:
    from datetime import date, datetime

    from madang.ground.people.models import User
    from madang.plan.measures.models import Measure

MOST = 50
MOVED = gettext_noop("“%(step)s” of “%(title)s” moves to %(day)s: %(reason)s")
REACHED = gettext_noop("“%(title)s” has reached a step: %(step)s.")


@transaction.atomic
def add_milestone(*, measure: Measure, title: str, due_on: date, by: User | None, now: datetime) -> Milestone:
    """Add a step at the end. Raises MeasureError past fifty."""
    measure = locked(measure)
    last = measure.milestones.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST:
        raise MeasureError(_("A measure has at most fifty steps. Sum some up."))
    step = Milestone.objects.create(
        measure=measure, position=last + 1, title=title.strip(), first_due_on=due_on, due_on=due_on
    )
    _note(step, by, now, "", {"step": step.title, "due_on": due_on.isoformat()})
    return step


@transaction.atomic
def move_milestone(*, milestone: Milestone, due_on: date, reason: str, by: User, now: datetime) -> Milestone:
    """Move a step to another day; the first day stays beside it. Raises MeasureError without a reason."""
    if not reason.strip():
        raise MeasureError(_("Say why the step moves: people who follow the measure are told."))
    step = _open(milestone)
    if step.due_on == due_on:
        raise MeasureError(_("The step is due on that day already."))
    before, step.due_on, step.moved_reason = step.due_on, due_on, reason.strip()[:500]
    step.save(update_fields=["due_on", "moved_reason"])
    data: dict[str, object] = {"step": step.title, "from": before.isoformat(), "to": due_on.isoformat()}
    _note(step, by, now, step.moved_reason, data)
    _tell(step, MOVED, {"day": due_on.isoformat(), "reason": step.moved_reason}, f"moved:{now.isoformat()}", by, now)
    return step


@transaction.atomic
def finish_milestone(*, milestone: Milestone, done_on: date, note: str, by: User, now: datetime) -> Milestone:
    """Say that a step is reached. Raises MeasureError for a day that is still to come."""
    if done_on > timezone.localdate(now):
        raise MeasureError(_("That day is still to come. Choose the day on which the step was reached."))
    step = _open(milestone)
    step.done_on, step.note = done_on, note.strip()[:1000]
    step.save(update_fields=["done_on", "note"])
    _note(step, by, now, step.note, {"step": step.title, "done_on": done_on.isoformat()})
    _tell(step, REACHED, {}, "reached", by, now)
    return step


def _open(milestone: Milestone) -> Milestone:
    measure = locked(milestone.measure)
    step = Milestone.objects.select_for_update().get(pk=milestone.pk)
    step.measure = measure
    if step.done_on is not None:
        raise MeasureError(_("This step was reached already. Reload the page to see when."))
    return step


def _note(step: Milestone, by: User | None, now: datetime, reason: str, data: dict[str, object]) -> None:
    measure = step.measure
    record(
        kind="measure_step", subject=measure.record_key, place=measure.place, office=measure.office, by=by, now=now,
        reason=reason, data=data,
    )  # fmt: skip


def _tell(step: Milestone, message: str, more: dict[str, object], what: str, by: User, now: datetime) -> None:
    measure = step.measure
    tell_around(
        subject=measure.pk, kind="measure_step", message=message,
        params={"title": measure.title, "step": step.title, **more}, url=measure.get_absolute_url(),
        key=f"measure:{measure.pk}:step:{step.pk}:{what}", now=now, except_user=by.pk,
    )  # fmt: skip
