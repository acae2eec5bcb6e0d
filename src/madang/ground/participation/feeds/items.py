"""What feeds and calendars know of agenda items, which live in the room below."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from madang.ground.agenda.models import Stage
from madang.ground.agenda.queries import at_place
from madang.ground.agenda.queries.sharing import desk_of, referrals_at
from madang.ground.participation.feeds.calendars import DAYS_BACK, SIZE, Dated
from madang.ground.participation.feeds.lists import place_of
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.agenda.models import Referral
    from madang.ground.people.models import User


def narrow(rows: QuerySet[Any], asked: Mapping[str, str]) -> QuerySet[Any]:
    """The items that the agenda's list shows for these parameters, joint ones of a place among them."""
    rows = rows.filter(merged_into=None)
    if asked.get("stage") in Stage.values:
        rows = rows.filter(stage=asked["stage"])
    if asked.get("field"):
        rows = rows.filter(field=asked["field"])
    place = place_of(asked)
    return rows.filter(at_place(place)) if place else rows


def referrals(place: Place | None, now: datetime) -> list[Dated]:
    """The days on which places owe an answer to a referral."""
    near = Place.objects.filter(parent=place).values_list("pk", flat=True) if place else []
    rows = referrals_at([place.pk, *near] if place else None)
    return _dated(rows.filter(due_at__gte=now - timedelta(days=DAYS_BACK))[:SIZE])


def referrals_of(user: User, now: datetime) -> list[Dated]:
    """Those that one's own places owe or wait for."""
    desk = desk_of(user, now=now)
    return _dated([*desk.referrals, *desk.asked_referrals])


def _dated(rows: Iterable[Referral]) -> list[Dated]:
    return [
        Dated(
            uid=f"referral-{one.pk}",
            title=_("%(place)s answers: %(title)s") % {"place": one.target.name, "title": one.item.title},
            start=timezone.localdate(one.due_at),
            changed=one.asked_at,
            url=reverse("agenda:referral", args=[one.item_id]),
            text=one.reason[:300],
            where=one.target.name,
        )
        for one in rows
    ]
