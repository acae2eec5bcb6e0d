"""Figures over all proposals, for the home page and the map. Counted at most once a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count, F, Q

from madang.explore.proposals.models import Proposal

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.places.models import Place

SECONDS = 60


def counts_by_place() -> dict[int, int]:
    """Visible proposals per place id, exact as of the last minute."""
    found = cache.get("proposals-by-place")
    if found is None:
        rows = Proposal.objects.filter(status__in=Proposal.VISIBLE).order_by().values_list("place_id")
        found = dict(rows.annotate(n=Count("pk")))
        cache.set("proposals-by-place", found, SECONDS)
    return found


def counts_by_field(place: Place | None = None) -> dict[str, int]:
    """Visible proposals per field, exact as of the last minute."""
    key = f"proposals-by-field-{place.pk if place else 0}"
    found = cache.get(key)
    if found is None:
        rows = Proposal.objects.filter(status__in=Proposal.VISIBLE).order_by()
        rows = rows.filter(Q(place=place) | Q(place__parent=place)) if place else rows
        found = dict(rows.values_list("field").annotate(n=Count("pk")))
        cache.set(key, found, SECONDS)
    return found


def latest(*, limit: int, place: Place | None = None) -> list[Proposal]:
    """The newest visible proposals, with place and author."""
    rows = Proposal.objects.filter(status__in=Proposal.VISIBLE).select_related("place", "author", "subject")
    rows = rows.filter(place=place) if place else rows
    return list(rows.order_by("-created_at", "-subject_id")[:limit])


def gathering(*, now: datetime, limit: int, place: Place | None = None) -> list[Proposal]:
    """Open proposals with most supports that still wait for their clock to start: where one more support matters."""
    rows = Proposal.objects.filter(status=Proposal.Status.OPEN, threshold_met_at=None, created_at__lte=now)
    rows = rows.filter(place=place) if place else rows
    return list(rows.select_related("place", "author", "subject").order_by("-support_count", "-subject_id")[:limit])


def due(*, limit: int) -> list[Proposal]:
    """Proposals to which an answer is due, soonest first."""
    rows = Proposal.objects.filter(answered_at=None, answer_due_at__isnull=False, status=Proposal.Status.OPEN)
    return list(rows.select_related("place").order_by(F("answer_due_at"))[:limit])
