"""Days on which offices owe answers, for calendars; the themes, for feeds; the filters of the list, for its feed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from madang.explore.proposals.models import Proposal, Theme
from madang.explore.proposals.queries import finding
from madang.explore.proposals.queries.listing import choices, filters_of, narrowed
from madang.ground.participation.feeds.calendars import DAYS_BACK, Dated
from madang.ground.participation.feeds.calendars import SIZE as DATES
from madang.ground.participation.feeds.lists import SIZE, FeedEntry, place_of
from madang.ground.participation.models import Follow, Support
from madang.ground.people.queries import officer_place_ids, roles_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


def narrow(rows: QuerySet[Any], asked: Mapping[str, str]) -> QuerySet[Any]:
    """The proposals that the list shows for these parameters, a search among them."""
    offered = choices()
    filters = filters_of(asked, offered)
    inside = offered.inside(filters.place)
    rows = narrowed(rows, filters, timezone.now())
    if inside is not None:
        rows = rows.filter(place_id__in=inside)
    return rows.filter(pk__in=finding.matching(filters.q, place_ids=inside).ids) if filters.q else rows


def themes(asked: Mapping[str, str]) -> list[FeedEntry]:
    """The largest themes of the current computations, each dated by its computation (one or two queries)."""
    rows = Theme.objects.filter(run__current=True).select_related("run__place").defer("run__place__boundary")
    if place := place_of(asked):
        rows = rows.filter(run__place__in=[place.pk, place.parent_id])
    return [
        FeedEntry(
            key=f"theme:{one.pk}",
            title=str(one),
            url=one.get_absolute_url(),
            at=one.run.computed_at,
            text=_("%(n)s voices, %(recent)s of them in the last 90 days")
            % {"n": f"{one.size:,}", "recent": f"{one.recent:,}"},
            author=one.run.place.name,
        )
        for one in rows.order_by("-run__computed_at", "-size", "id")[:SIZE]
    ]


def _owed(now: datetime) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(
        status__in=Proposal.VISIBLE, answered_at=None, answer_due_at__gte=now - timedelta(days=DAYS_BACK)
    )
    return rows.select_related("place").defer("body", "place__boundary").order_by("answer_due_at", "pk")


def answers(place: Place | None, now: datetime) -> list[Dated]:
    """The days by which places owe answers, by the public clock."""
    rows = _owed(now)
    return _dated(rows.filter(Q(place=place) | Q(place__parent=place)) if place else rows)


def answers_of(user: User, now: datetime) -> list[Dated]:
    """Those owed to voices that somebody wrote, supports or follows, and those that their own places owe."""
    behind = (Exists(model.objects.filter(subject=OuterRef("pk"), user=user)) for model in (Support, Follow))
    mine = Q(author=user)
    for one in behind:
        mine |= Q(one)
    places = officer_place_ids(user) | {role.office.place_id for role in roles_of(user) if role.office}
    return _dated(_owed(now).filter(mine | Q(place__in=places)))


def _dated(rows: QuerySet[Proposal]) -> list[Dated]:
    return [
        Dated(
            uid=f"answer-{one.pk}",
            title=_("Answer due: %(title)s") % {"title": one.title},
            start=timezone.localdate(one.answer_due_at),
            changed=one.threshold_met_at or one.created_at,
            url=one.get_absolute_url(),
            text=one.excerpt,
            where=one.place.name,
        )
        for one in rows[:DATES]
    ]
