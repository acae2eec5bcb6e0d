"""Reads that join the stages: the home page and the page of a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count, Q
from django.urls import reverse

from madang.explore.proposals.models import Theme
from madang.explore.proposals.queries import overview
from madang.ground.agenda.models import AgendaItem, Field, Stage
from madang.ground.places import queries as places
from madang.ground.record.models import Entry
from madang.ground.record.queries import latest as latest_entries

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.places.models import Place

SHOWN_ENTRIES = (
    Entry.Kind.PROMOTED,
    Entry.Kind.STAGE,
    Entry.Kind.ACCEPTED,
    Entry.Kind.HANDED_BACK,
    Entry.Kind.ASSIGNED,
    Entry.Kind.ANSWERED,
    Entry.Kind.CLOSED,
)


def _stages() -> list[dict[str, object]]:
    """The four stages with their number of items and the newest of each: two queries."""
    counts = dict(AgendaItem.objects.order_by().values_list("stage").annotate(n=Count("pk")))
    newest = AgendaItem.objects.exclude(stage=Stage.CLOSED).order_by("stage", "-updated_at", "-id").distinct("stage")
    items = {item.stage: item for item in newest.select_related("place", "owner")}
    shown = [stage for stage in Stage if stage != Stage.CLOSED]
    return [
        {
            "key": stage.value,
            "label": stage.label,
            "count": counts.get(stage.value, 0),
            "newest": items.get(stage.value),
        }
        for stage in shown
    ]


def tiles() -> list[dict[str, object]]:
    """One tile a municipality: code, name, url and its number of visible proposals."""
    counts = overview.counts_by_place()
    rows = places.municipalities()
    return [
        {
            "code": one.code,
            "name": one.name,
            "url": reverse("places:detail", args=[one.code]),
            "value": counts.get(one.pk, 0),
        }
        for one in rows
    ]


def recent_themes(*, limit: int, place: Place | None = None) -> list[Theme]:
    """The largest themes of the current computations."""
    rows = Theme.objects.filter(run__current=True).select_related("run__place", "agenda_item")
    return list((rows.filter(run__place=place) if place else rows).order_by("-size", "id")[:limit])


def _entry_rows(limit: int) -> list[dict[str, object]]:
    """The newest decisions with the item or proposal that each is about."""
    entries = latest_entries(limit=limit, kinds=SHOWN_ENTRIES)
    keys = [int(entry.subject.split(":")[1]) for entry in entries if entry.subject.startswith("agenda:")]
    items = AgendaItem.objects.in_bulk(keys)
    rows = []
    for entry in entries:
        kind, _, key = entry.subject.partition(":")
        item = items.get(int(key)) if kind == "agenda" else None
        url = item.get_absolute_url() if item else reverse("proposals:detail", args=[key])
        rows.append({"entry": entry, "item": item, "url": url})
    return rows


def home(*, now: datetime, viewer_home: Place | None) -> dict[str, object]:
    """Everything the first screen answers: what is pursued, at which stage, where, and what one can do today."""
    return {
        "stages": _stages(),
        "items": list(
            AgendaItem.objects.exclude(stage=Stage.CLOSED).select_related("place", "owner").order_by("-updated_at")[:6]
        ),
        "gathering": overview.gathering(now=now, limit=4, place=viewer_home),
        "latest": overview.latest(limit=4),
        "themes": recent_themes(limit=8),
        "decisions": _entry_rows(6),
        "tiles": tiles(),
        "total": sum(overview.counts_by_place().values()),
        "home_place": viewer_home,
    }


def place_page(place: Place, *, now: datetime) -> dict[str, object]:
    """What one place pursues and hears."""
    counts = overview.counts_by_place()
    fields = overview.counts_by_field(place)
    inside = Q(place=place) | Q(place__parent=place)
    children = list(place.children.filter(valid_to=None).defer("boundary"))
    return {
        "place": place,
        "children": [
            {
                "code": one.code,
                "name": one.name,
                "url": reverse("places:detail", args=[one.code]),
                "value": counts.get(one.pk, 0),
            }
            for one in children
        ],
        "proposal_count": counts.get(place.pk, 0) + sum(counts.get(one.pk, 0) for one in children),
        "fields": [{"key": one.value, "label": one.label, "count": fields.get(one.value, 0)} for one in Field],
        "items": list(AgendaItem.objects.filter(inside).select_related("owner", "place").order_by("-created_at")[:10]),
        "latest": overview.latest(limit=6, place=None if children else place),
        "gathering": overview.gathering(now=now, limit=4, place=None if children else place),
        "themes": recent_themes(limit=8, place=place.parent or place),
        "settings": places.settings_of(place),
        "offices": list(places.offices_of(place)),
    }


def clear_figures() -> None:
    """Forget cached figures (after a bulk load)."""
    cache.clear()
