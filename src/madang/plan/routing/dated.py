"""Days by which offices accept or hand back an item, for calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.ground.participation.feeds.calendars import DAYS_BACK, SIZE, Calendar, Dated
from madang.plan.routing.models import Assignment
from madang.plan.routing.queries import assignments_at_desk

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


def assignments(place: Place | None, now: datetime) -> list[Dated]:
    """Offices that were asked and have not answered: their thread pages show the same."""
    rows = Assignment.objects.filter(status=Assignment.Status.PENDING).select_related("item__place", "office")
    if place:
        rows = rows.filter(Q(item__place=place) | Q(item__place__parent=place))
    return _dated(rows.defer("item__place__boundary"), now)


def assignments_of(user: User, now: datetime) -> list[Dated]:
    """Those at one's own desk."""
    return _dated(assignments_at_desk(user), now)


def _dated(rows: QuerySet[Assignment], now: datetime) -> list[Dated]:
    recent = rows.filter(due_at__gte=now - timedelta(days=DAYS_BACK)).order_by("due_at", "pk")
    return [
        Dated(
            uid=f"assignment-{one.pk}",
            title=_("%(office)s accepts or hands back: %(title)s")
            % {"office": one.office.name, "title": one.item.title},
            start=timezone.localdate(one.due_at),
            changed=one.assigned_at,
            url=reverse("routing:item", args=[one.item_id]),
            text=one.reason[:300],
            where=one.item.place.name,
        )
        for one in recent[:SIZE]
    ]


CALENDAR = Calendar(
    "assignments", gettext_lazy("Answers of offices that were asked"), dated=assignments, mine=assignments_of, order=30
)
