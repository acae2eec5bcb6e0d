"""Days on which steps of measures are due, for calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from madang.ground.participation.feeds.calendars import DAYS_BACK, SIZE, Calendar, Dated
from madang.ground.people.queries import office_ids
from madang.plan.measures.models import Milestone

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


def steps(place: Place | None, now: datetime) -> list[Dated]:
    """Steps that are to be reached, everywhere or in a place."""
    rows = Milestone.objects.filter(done_on=None)
    if place:
        rows = rows.filter(Q(measure__place=place) | Q(measure__place__parent=place))
    return _dated(rows, now)


def steps_of(user: User, now: datetime) -> list[Dated]:
    """Steps of the measures that one's offices carry out."""
    return _dated(Milestone.objects.filter(done_on=None, measure__office__in=office_ids(user)), now)


def _dated(rows: QuerySet[Milestone], now: datetime) -> list[Dated]:
    since = timezone.localdate(now) - timedelta(days=DAYS_BACK)
    rows = rows.filter(due_on__gte=since).select_related("measure__place").defer("measure__place__boundary")
    return [
        Dated(
            uid=f"milestone-{one.pk}", title=f"{one.title}: {one.measure.title}", start=one.due_on,
            changed=one.measure.status_since, url=one.measure.get_absolute_url(), text=one.moved_reason,
            where=one.measure.place.name,
        )
        for one in rows.order_by("due_on", "pk")[:SIZE]
    ]  # fmt: skip


CALENDAR = Calendar("steps", gettext_lazy("Steps of measures"), dated=steps, mine=steps_of, order=50)
