"""Beginning a measure, changing its words and money, and its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.participation.operations import add_subject, tell_around
from madang.ground.participation.search.index import mark_waiting
from madang.ground.record.operations import record
from madang.plan.measures.models import Measure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

# What may be typed of a measure; everything else follows from it.
TYPED = ("title", "body", "office", "budget", "starts_on", "ends_on", "latitude", "longitude")
NEXT = {
    Measure.Status.PLANNED: (Measure.Status.UNDERWAY, Measure.Status.STOPPED),
    Measure.Status.UNDERWAY: (Measure.Status.DONE, Measure.Status.STOPPED),
    Measure.Status.STOPPED: (Measure.Status.UNDERWAY,),
    Measure.Status.DONE: (Measure.Status.UNDERWAY,),
}
MESSAGES = {
    Measure.Status.UNDERWAY: gettext_noop("Work has begun on “%(title)s”."),
    Measure.Status.DONE: gettext_noop("“%(title)s” is done."),
    Measure.Status.STOPPED: gettext_noop("“%(title)s” was stopped: %(reason)s"),
}


class MeasureError(Exception):
    """A step that is not open now; the message says which is."""


@transaction.atomic
def start(*, place: Place, typed: Mapping[str, Any], by: User | None, now: datetime, item: Any = None) -> Measure:
    """Begin a measure, planned. typed: the fields of TYPED. The agenda item's page and followers show it at once.

    Raises MeasureError where it ends before it begins.
    """
    _check_days(typed)
    subject = add_subject(kind=Measure.KIND, place=place, now=now)
    fields = {name: typed[name] for name in TYPED if typed.get(name) is not None}
    measure = Measure.objects.create(
        subject=subject, place=place, item=item, status_since=now, created_by=by, created_at=now, **fields
    )
    mark_waiting([subject.pk])
    data = {"measure": measure.pk, "title": measure.title, "budget": measure.budget}
    subject_key = item.subject if item else measure.record_key
    record(kind="measure_started", subject=subject_key, place=place, office=measure.office, by=by, now=now, data=data)
    return measure


@transaction.atomic
def revise(*, measure: Measure, typed: Mapping[str, Any], reason: str, by: User, now: datetime) -> Measure:
    """Change words, office, days or money; the reason and what changed stand on the record."""
    if not reason.strip():
        raise MeasureError(_("Give the reason: it stands on the public record."))
    _check_days(typed)
    measure = locked(measure)
    changed = {name: typed[name] for name in TYPED if name in typed and getattr(measure, name) != typed[name]}
    if not changed:
        raise MeasureError(_("Nothing was changed."))
    for name, value in changed.items():
        setattr(measure, name, value)
    measure.save(update_fields=list(changed))
    mark_waiting([measure.pk])
    _record(measure, "measure_changed", by, now, reason.strip(), {"fields": sorted(changed), "budget": measure.budget})
    return measure


@transaction.atomic
def set_status(*, measure: Measure, status: str, reason: str, by: User | None, now: datetime) -> Measure:
    """Begin, finish, stop or take up again. Raises MeasureError where that can't follow the present state."""
    measure = locked(measure)
    if status not in NEXT[Measure.Status(measure.status)]:
        raise MeasureError(_("That can't follow the present state. Reload the page to see it."))
    if status == Measure.Status.STOPPED and not reason.strip():
        raise MeasureError(_("Say why it is stopped: people who follow it are told."))
    measure.status, measure.status_since, measure.status_reason = status, now, reason.strip()[:1000]
    measure.save(update_fields=["status", "status_since", "status_reason"])
    _record(measure, "measure_state", by, now, reason.strip(), {"status": status})
    tell_around(
        subject=measure.pk, kind="measure_state", message=MESSAGES[Measure.Status(status)],
        params={"title": measure.title, "reason": measure.status_reason}, url=measure.get_absolute_url(),
        key=f"measure:{measure.pk}:{status}:{now.isoformat()}", now=now, except_user=by.pk if by else None,
    )  # fmt: skip
    return measure


def locked(measure: Measure) -> Measure:
    """The measure as it stands, held until the end of the transaction."""
    rows = Measure.objects.select_for_update(of=("self",)).select_related("place", "office", "item")
    return rows.defer("place__boundary").get(pk=measure.pk)


def _check_days(typed: Mapping[str, Any]) -> None:
    first, last = typed.get("starts_on"), typed.get("ends_on")
    if first and last and last < first:
        raise MeasureError(_("It ends before it begins. Correct one of the two days."))


def _record(measure: Measure, kind: str, by: User | None, now: datetime, reason: str, data: dict[str, object]) -> None:
    record(
        kind=kind, subject=measure.record_key, place=measure.place, office=measure.office, by=by, now=now,
        reason=reason, data=data,
    )  # fmt: skip
