"""Reading the record page by page, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from madang.ground.footing.keyset import Page, page
from madang.ground.record.models import Checkpoint, Entry, Witness
from madang.ground.record.queries.log import latest_checkpoint, tree_size
from madang.ground.record.subjects import Named, named

if TYPE_CHECKING:
    from madang.ground.places.models import Office, Place


@dataclass(frozen=True)
class Filters:
    """What a reader asks for; None and "" ask for everything. A province stands for its municipalities too."""

    place: Place | None = None
    office: Office | None = None
    kind: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Row:
    """An entry in a list: its place in the log (None while it waits) and the name of its subject."""

    entry: Entry
    index: int | None
    about: Named | None


def entries_page(filters: Filters, *, after: str = "", size: int = 20) -> Page[Row]:
    """Entries, newest first."""
    rows = Entry.objects.select_related("place", "office", "leaf").defer("place__boundary", "canonical")
    found = page(rows.filter(_condition(filters)), by=("-at", "-id"), after=after, size=size)
    names = named(entry.subject for entry in found.rows)
    return Page([Row(one, index_of(one), names.get(one.subject)) for one in found.rows], found.next, found.previous)


def _condition(filters: Filters) -> Q:
    wanted = Q()
    if filters.place:
        wanted &= Q(place=filters.place) | Q(place__parent=filters.place)
    if filters.office:
        wanted &= Q(office=filters.office)
    if filters.kind:
        wanted &= Q(kind=filters.kind)
    if filters.subject:
        wanted &= Q(subject=filters.subject)
    if filters.since:
        wanted &= Q(at__gte=_midnight(filters.since))
    if filters.until:
        wanted &= Q(at__lt=_midnight(filters.until + timedelta(days=1)))
    return wanted


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def index_of(entry: Entry) -> int | None:
    """The place of an entry in the log (`leaf` loaded), None while it waits."""
    return entry.leaf.index if hasattr(entry, "leaf") else None


@dataclass(frozen=True)
class Standing:
    """How far the log has grown, what was signed last, and how many watch."""

    size: int
    checkpoint: Checkpoint | None
    witnesses: int


def standing() -> Standing:
    """Three short queries."""
    return Standing(tree_size(), latest_checkpoint(), Witness.objects.filter(until=None).count())


def checkpoints_page(*, after: str = "", size: int = 20) -> Page[Checkpoint]:
    """Checkpoints, newest first, with their witnesses."""
    rows = Checkpoint.objects.select_related("key").prefetch_related("cosignatures__witness")
    return page(rows, by=("-at", "-id"), after=after, size=size)


def checkpoint(pk: int) -> Checkpoint:
    """One checkpoint with key and witnesses. Raises Checkpoint.DoesNotExist."""
    return Checkpoint.objects.select_related("key").prefetch_related("cosignatures__witness").get(pk=pk)


def recent_checkpoints(limit: int = 100) -> list[Checkpoint]:
    """The newest checkpoints, for choosing two of them."""
    return list(Checkpoint.objects.order_by("-id").only("id", "size", "at")[:limit])


def before(of: Checkpoint) -> Checkpoint | None:
    """The checkpoint signed before this one."""
    return Checkpoint.objects.filter(pk__lt=of.pk).order_by("-id").first()
