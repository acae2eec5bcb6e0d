"""Reading the public record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.record.models import Entry

if TYPE_CHECKING:
    from django.db.models import QuerySet


def entries_of(subject: str) -> QuerySet[Entry]:
    """All entries of one subject, oldest first, with office and actor loaded."""
    return Entry.objects.filter(subject=subject).select_related("office", "actor").order_by("at", "id")


def latest(*, limit: int, kinds: tuple[str, ...] = ()) -> list[Entry]:
    """The newest entries everywhere, for the home page."""
    rows = Entry.objects.select_related("office", "place").order_by("-at", "-id")
    return list((rows.filter(kind__in=kinds) if kinds else rows)[:limit])


def chosen(*, subject: str = "", kind: str = "", place: str = "") -> QuerySet[Entry]:
    """Entries with place and office loaded, of a subject, a kind, or a place (its code) and those in it."""
    rows = Entry.objects.select_related("place", "office__place").defer("place__boundary", "office__place__boundary")
    rows = rows.filter(subject=subject) if subject else rows
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(Q(place__code=place) | Q(place__parent__code=place)) if place else rows
