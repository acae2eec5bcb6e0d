"""Deliberations on an agenda item's page, and what their dates are to calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.explore.deliberations.models import Deliberation, Participant
from madang.explore.deliberations.permissions import OPEN
from madang.explore.deliberations.queries.listing import public
from madang.explore.proposals.doors import Door
from madang.ground.agenda.models import Stage
from madang.ground.agenda.panels import Panel
from madang.ground.participation.feeds.calendars import DAYS_BACK, SIZE, Calendar, Dated
from madang.ground.participation.models import Follow
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.explore.proposals.models import Theme
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

SHOWN = 3


def on_item(item: AgendaItem, viewer: object) -> dict[str, object]:
    """The newest deliberations on an item; those in preparation for its office alone (one query)."""
    opens = can(viewer, OPEN, item.place)
    rows = public() if not opens else Deliberation.objects.select_related("place__parent", "subject", "item")
    found = list(rows.filter(item=item).exclude(status=Deliberation.Status.HIDDEN).order_by("-created_at")[:SHOWN])
    return {"deliberations": found, "may_open": opens} if found or opens else {}


PANEL = Panel(
    "deliberations", gettext_lazy("Deliberations"), Stage.EXPLORE, 15, on_item, "deliberations/panel.html", later=True
)


def from_theme(theme: Theme, viewer: object) -> str:
    """Where an officer of its province opens a deliberation on a theme."""
    return f"{reverse('deliberations:new')}?theme={theme.pk}" if can(viewer, OPEN, theme.run.place) else ""


DOOR = Door("deliberation", gettext_lazy("Open a deliberation"), from_theme)


def _dates(now: datetime) -> QuerySet[Deliberation]:
    rows = Deliberation.objects.filter(Deliberation.READABLE, closes_at__gte=now - timedelta(days=DAYS_BACK))
    return rows.select_related("place").defer("place__boundary").order_by("closes_at", "pk")


def dated(place: Place | None, now: datetime) -> list[Dated]:
    """Opening and closing of every public deliberation."""
    rows = _dates(now)
    return _as_dates(rows.filter(Q(place=place) | Q(place__parent=place)) if place else rows)


def dated_mine(user: User, now: datetime) -> list[Dated]:
    """Those that somebody follows or takes part in."""
    mine = Q(pk__in=Participant.objects.filter(user=user).values("deliberation"))
    return _as_dates(_dates(now).filter(mine | Q(pk__in=Follow.objects.filter(user=user).values("subject"))))


def _as_dates(rows: QuerySet[Deliberation]) -> list[Dated]:
    return [
        Dated(
            uid=f"deliberation-{one.pk}",
            title=_("Voting: %(title)s") % {"title": one.title},
            start=one.opens_at,
            end=one.closes_at,
            changed=one.frozen_at or one.created_at,
            url=one.get_absolute_url(),
            text=one.description[:300],
            where=one.place.name,
        )
        for one in rows[:SIZE]
    ]


CALENDAR = Calendar("deliberations", gettext_lazy("Deliberations"), dated=dated, mine=dated_mine, order=20)
