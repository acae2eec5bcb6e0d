"""Days of budgets for calendars: when phases begin and end, and until when offices examine."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.ground.participation.feeds.calendars import DAYS_BACK, SIZE, Calendar, Dated
from madang.ground.participation.models import Follow
from madang.ground.people.queries import office_ids, officer_place_ids
from madang.plan.budgets.models import Budget, Phase, Screening

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


def phases(place: Place | None, now: datetime) -> list[Dated]:
    """The phases of public budgets."""
    rows = Phase.objects.filter(budget__status=Budget.Status.PUBLIC)
    return _phases(rows.filter(Q(budget__place=place) | Q(budget__place__parent=place)) if place else rows, now)


def _phases(rows: object, now: datetime) -> list[Dated]:
    recent = rows.filter(ends_at__gte=now - timedelta(days=DAYS_BACK)).select_related("budget__place")  # type: ignore[attr-defined]
    return [
        Dated(
            uid=f"phase-{one.pk}",
            title=f"{one.budget.title}: {one.get_kind_display()}",
            start=timezone.localdate(one.starts_at),
            end=timezone.localdate(one.ends_at),
            changed=one.budget.created_at,
            url=one.budget.get_absolute_url(),
            where=one.budget.place.name,
        )
        for one in recent.defer("budget__place__boundary").order_by("starts_at", "pk")[:SIZE]
    ]


def mine(user: User, now: datetime) -> list[Dated]:
    """Budgets that somebody follows or whose projects are theirs, and what their office examines."""
    followed = Follow.objects.filter(user=user, subject__kind=Budget.KIND).values("subject")
    places = officer_place_ids(user)
    rows = Phase.objects.filter(
        Q(budget__in=followed) | Q(budget__projects__author=user) | Q(budget__place__in=places),
        budget__status=Budget.Status.PUBLIC,
    )
    return _phases(rows.distinct(), now) + _due(user, now)


def _due(user: User, now: datetime) -> list[Dated]:
    rows = Screening.objects.filter(decided_at=None, office__in=office_ids(user))
    rows = rows.filter(due_at__gte=now - timedelta(days=DAYS_BACK)).select_related("project", "office")
    return [
        Dated(
            uid=f"screening-{one.pk}",
            title=_("Verdict due: %(title)s") % {"title": one.project.title},
            start=timezone.localdate(one.due_at),
            changed=one.asked_at,
            url=one.project.get_absolute_url(),
            text=one.office.name,
        )
        for one in rows.order_by("due_at", "pk")[:SIZE]
    ]


CALENDAR = Calendar("budgets", gettext_lazy("Phases of participatory budgets"), dated=phases, mine=mine, order=40)
