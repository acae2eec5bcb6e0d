"""Figures over all proposals, for the home page and the places. Counted at most once a minute.

A province stands for its municipalities too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Value,
    When,
)
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Greatest
from django.utils import timezone

from madang.explore.proposals.models import Proposal
from madang.ground.places import settings
from madang.ground.places.models import Place
from madang.ground.places.queries import largest_set, number_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

SECONDS = 60
# Each place gives its newest few by its own index, however many proposals there are and wherever they come from.
LATEST_OF_PLACES = """
    SELECT found.subject_id FROM unnest(%s::bigint[]) AS one (id) CROSS JOIN LATERAL (
        SELECT subject_id, created_at FROM explore_proposals_proposal
        WHERE place_id = one.id AND status = ANY(%s) ORDER BY created_at DESC, subject_id DESC LIMIT %s
    ) AS found ORDER BY found.created_at DESC, found.subject_id DESC LIMIT %s
"""


def counts_by_place() -> dict[int, int]:
    """Visible proposals per place id, exact as of the last minute."""
    found = cache.get("proposals-by-place")
    if found is None:
        rows = Proposal.objects.filter(status__in=Proposal.VISIBLE).order_by().values_list("place_id")
        found = dict(rows.annotate(n=Count("pk")))
        cache.set("proposals-by-place", found, SECONDS)
    return found


def counts_within(places: Sequence[int]) -> dict[tuple[int, str], int]:
    """Visible proposals per place id and field, of these places, exact as of the last minute."""
    key = f"proposals-within-{min(places)}-{len(places)}"
    found = cache.get(key)
    if found is None:
        rows = Proposal.objects.filter(status__in=Proposal.VISIBLE, place__in=places).order_by()
        counted = rows.values_list("place_id", "field").annotate(n=Count("pk"))
        found = {(place, field): n for place, field, n in counted}
        cache.set(key, found, SECONDS)
    return found


def _shown(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With all that a card draws, and without the heavy columns that it does not."""
    return rows.select_related("place__parent", "author", "subject").defer(
        "body", "place__boundary", "place__parent__boundary"
    )


def latest(*, limit: int, places: Sequence[int] = ()) -> list[Proposal]:
    """The newest visible proposals, of these places (ids) or of all."""
    rows = Proposal.objects.filter(status__in=Proposal.VISIBLE)
    if places:
        parameters = (list(places), [str(one) for one in Proposal.VISIBLE], limit, limit)
        rows = Proposal.objects.filter(pk__in=RawSQL(LATEST_OF_PLACES, parameters))  # noqa: S611 - parameters are bound
    return list(_shown(rows).order_by("-created_at", "-subject_id")[:limit])


def _longest_window() -> Greatest:
    """The most days that any place grants to gather supports."""
    return Greatest(largest_set("support_window_days"), Value(settings.get("support_window_days").default))


def _before(day: datetime, days: Combinable) -> ExpressionWrapper:
    length = ExpressionWrapper(days * Value(timedelta(days=1)), DurationField())
    return ExpressionWrapper(Value(day) - length, DateTimeField())


def gathering(*, now: datetime, limit: int, places: Sequence[int] = (), near: Place | None = None) -> list[Proposal]:
    """Open proposals whose supports are still being counted, those that need fewest more first.

    places: ids, else all. near: of those that are half way, the ones of this place come first, then the ones of its
    province; so do the others after them. Each carries `needed`,
    `missing` and `window_days`. Which ones they are is chosen at most once a minute; their numbers are of now.
    """
    order: tuple[Any, ...] = (
        *([_half_way(), _distance(near)] if near else []),
        "missing",
        "-support_count",
        "-subject_id",
    )
    key = f"gathering-{limit}-{min(places, default=0)}-{len(places)}-{near.pk if near else 0}"
    chosen = cache.get(key)
    rows = _still_gathering(now)
    if chosen is None:
        inside = rows.filter(place__in=places) if places else rows
        found = _shown(rows.filter(pk__in=inside.order_by(*order).values("pk")[:limit]))
    else:
        found = _shown(rows.filter(pk__in=chosen))
    result = list(found.order_by(*order))
    if chosen is None:
        cache.set(key, [one.pk for one in result], SECONDS)
    return result


def _still_gathering(now: datetime) -> QuerySet[Proposal]:
    """Reads only what is as young as the longest window, by the index on status and date."""
    # The clock counts whole days of the place: what began on the first day of the window still counts today.
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Proposal.objects.filter(
        status=Proposal.Status.OPEN,
        threshold_met_at=None,
        created_at__gte=_before(today, _longest_window()),
        created_at__lte=now,
    ).annotate(needed=number_in_force("support_threshold"), window_days=number_in_force("support_window_days"))
    rows = rows.annotate(missing=F("needed") - F("support_count"))
    return rows.filter(created_at__gte=_before(today, F("window_days")), missing__gt=0)


def _half_way() -> Case:
    """0 with half of the supports, 1 with fewer."""
    return Case(When(missing__lte=F("support_count"), then=Value(0)), default=Value(1))


def _distance(near: Place) -> Case:
    """0 at the place itself, 1 in its province, 2 elsewhere."""
    top = near.parent_id or near.pk
    return Case(When(place=near.pk, then=Value(0)), When(place__parent=top, then=Value(1)), default=Value(2))


def due(*, limit: int) -> list[Proposal]:
    """Proposals to which an answer is due, soonest first."""
    rows = Proposal.objects.filter(answered_at=None, answer_due_at__isnull=False, status=Proposal.Status.OPEN)
    return list(rows.select_related("place").order_by(F("answer_due_at"))[:limit])
