"""Reads that join the stages: the home page, the map and the page of a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.queries import listing as deliberations
from madang.explore.proposals import text
from madang.explore.proposals.models import Proposal, Theme
from madang.explore.proposals.queries import overview
from madang.ground.agenda import queries as agenda
from madang.ground.agenda.models import AgendaItem, Field, Stage
from madang.ground.places import queries as places
from madang.ground.places import settings
from madang.ground.places.models import Place
from madang.ground.record.models import Entry
from madang.plan.budgets.models.budgets import Kind
from madang.plan.budgets.queries import budgets
from madang.web.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from madang.ground.places.models import Office

SHOWN_ENTRIES = (
    Entry.Kind.PROMOTED,
    Entry.Kind.STAGE,
    Entry.Kind.ACCEPTED,
    Entry.Kind.HANDED_BACK,
    Entry.Kind.ASSIGNED,
    Entry.Kind.ANSWERED,
    Entry.Kind.CLOSED,
)
# The voices by which a municipality's share of its province's themes is told.
VOICES_OF_A_PLACE = 2_000


def _stages() -> list[dict[str, object]]:
    """The four stages with their number of items and the newest of each (one query)."""
    counted = AgendaItem.objects.exclude(stage=Stage.CLOSED).annotate(n=Window(Count("pk"), partition_by=[F("stage")]))
    newest = counted.order_by("stage", "-stage_since", "-id").distinct("stage")
    found = {item.stage: item for item in newest.select_related("place").defer("place__boundary")}
    shown = [stage for stage in Stage if stage != Stage.CLOSED]
    return [
        {
            "key": stage.value,
            "label": stage.label,
            "count": found[stage].n if stage in found else 0,
            "newest": found.get(stage),
        }
        for stage in shown
    ]


def _tile(place: Place, value: int, label: str) -> dict[str, object]:
    return {
        "code": place.code,
        "name": place.name,
        "url": reverse("places:detail", args=[place.code]),
        "value": value,
        "label": label,
    }


def _voices(n: int) -> str:
    return ngettext("%(n)s proposal", "%(n)s proposals", n) % {"n": f"{n:,}"}


def _items(n: int) -> str:
    return ngettext("%(n)s agenda item", "%(n)s agenda items", n) % {"n": f"{n:,}"}


def tiles(rows: Sequence[Place], counts: Mapping[int, int]) -> list[dict[str, object]]:
    """One tile a municipality with its number of visible proposals."""
    return [_tile(one, counts.get(one.pk, 0), _voices(counts.get(one.pk, 0))) for one in rows]


def recent_themes(*, limit: int) -> list[Theme]:
    """The largest themes of the current computations."""
    return list(Theme.objects.filter(run__current=True).order_by("-size", "id")[:limit])


def decisions(limit: int) -> list[dict[str, object]]:
    """The newest public decisions with the item or proposal that each is about (one query)."""
    item = AgendaItem.objects.filter(pk=Cast(Substr(OuterRef("subject"), 8), BigIntegerField())).values("title")
    voices = Proposal.objects.filter(status__in=Proposal.VISIBLE)
    voice = voices.filter(pk=Cast(Substr(OuterRef("subject"), 10), BigIntegerField())).values("title")
    titled = Case(
        When(subject__startswith="agenda:", then=Subquery(item[:1])),
        When(subject__startswith="proposal:", then=Subquery(voice[:1])),
        default=Value(""),
        output_field=TextField(),
    )
    rows = Entry.objects.filter(kind__in=SHOWN_ENTRIES).select_related("office", "place").defer("place__boundary")
    return [
        _decision(entry) for entry in rows.annotate(about=titled).exclude(about=None).order_by("-at", "-id")[:limit]
    ]


def _decision(entry: Entry) -> dict[str, object]:
    kind, _, key = entry.subject.partition(":")
    route = "agenda:thread" if kind == "agenda" else "proposals:detail"
    title = entry.about  # type: ignore[attr-defined] # annotated above
    return {"entry": entry, "title": title, "url": reverse(route, args=[key]), "voice": kind == "proposal"}


def gathering(
    now: datetime, *, limit: int, places: Sequence[int] = (), near: Place | None = None
) -> list[dict[str, object]]:
    """Proposals that gather supports, with the days left to do so (0: until tonight)."""
    found = overview.gathering(now=now, limit=limit, places=places, near=near)
    return [
        # `needed`, `missing` and `window_days` are annotated by the query.
        {"proposal": one, "needed": one.needed, "missing": one.missing, "days": _days_left(one, now)}  # type: ignore[attr-defined]
        for one in found
    ]


def _days_left(proposal: Proposal, now: datetime) -> int:
    last = timezone.localdate(proposal.created_at) + timedelta(days=proposal.window_days)  # type: ignore[attr-defined] # annotated
    return (last - timezone.localdate(now)).days


def home(*, now: datetime, viewer_home: int | None) -> dict[str, object]:
    """Everything the first screen answers: what is pursued, at which stage, where, and what one can do today.

    viewer_home: the id of the place where the reader lives.
    """
    municipalities = list(places.municipalities())
    own = next((one for one in municipalities if one.pk == viewer_home), None)
    counts = overview.counts_by_place()
    open_items = (
        AgendaItem.objects.exclude(stage=Stage.CLOSED).select_related("place", "owner").defer("place__boundary")
    )
    close = gathering(now, limit=5, near=own)
    return {
        "stages": _stages(),
        "items": with_excerpts(open_items.order_by("-updated_at", "-id")[:6]),
        "today": today(now=now, each=2),
        "closest": close[0] if close else None,
        "gathering": close[1:] or close,
        "latest": overview.latest(limit=6),
        "themes": recent_themes(limit=14),
        "decisions": decisions(6),
        "tiles": tiles(municipalities, counts),
        "total": sum(counts.values()),
        "home_place": own,
    }


@dataclass(frozen=True)
class Today:
    """Something in which anybody may take part today. state, source: labels; people: how many have, None unknown."""

    kind: str
    title: str
    url: str
    place: str
    until: datetime
    state: str
    source: str
    people: int | None


def today(*, now: datetime, each: int) -> list[Today]:
    """The deliberations and budgets that are open, at most `each` of a kind, the first to end first (one query)."""
    voting = deliberations.open_now().values_list(
        Value("deliberation"), "pk", "title", "place__name_ko", "place__name_en", "closes_at", "status", "source",
        "participant_count",
    )  # fmt: skip
    deciding = budgets.open_now(now=now).values_list(
        Value("budget"), "budget", "budget__title", "budget__place__name_ko", "budget__place__name_en", "ends_at",
        "kind", "budget__source", Value(-1),
    )  # fmt: skip
    rows = voting[:each].union(deciding[:each], all=True)
    return sorted((_today(*row) for row in rows), key=lambda one: one.until)


def _today(
    kind: str, pk: int, title: str, name_ko: str, name_en: str, until: datetime, state: str, source: str, people: int
) -> Today:
    place = str(Place(name_ko=name_ko, name_en=name_en))
    states = Deliberation.Status if kind == "deliberation" else Kind
    own = source == Deliberation.Source.OWN
    return Today(
        kind, title, reverse(f"{kind}s:detail", args=[pk]), place, until, str(states(state).label),
        "" if own else str(Deliberation.Source(source).label), people if people >= 0 else None,
    )  # fmt: skip


def with_excerpts(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Items with `excerpt`, the beginning of their summaries as plain text."""
    found = list(items)
    for item in found:
        item.excerpt = text.excerpt(item.summary)  # type: ignore[attr-defined]
    return found


def place_map(measure: str) -> dict[str, object]:
    """The map of all municipalities by `proposals` or by `agenda` items, and the provinces (two queries)."""
    everywhere = list(places.places().select_related("parent"))
    rows = [one for one in everywhere if one.parent_id]
    if measure == "agenda":
        counts = agenda.counts_by_place()
        drawn = [_tile(one, counts.get(one.pk, 0), _items(counts.get(one.pk, 0))) for one in rows]
    else:
        counts = overview.counts_by_place()
        drawn = tiles(rows, counts)
    # Gyeonggi first, as the map draws it.
    tops = sorted((one for one in everywhere if not one.parent_id), key=lambda one: one.code, reverse=True)
    return {"tiles": drawn, "measure": measure, "provinces": [_province(one, rows, counts) for one in tops]}


def _province(top: Place, rows: Sequence[Place], counts: Mapping[int, int]) -> dict[str, object]:
    children = [one for one in rows if one.parent_id == top.pk]
    total = counts.get(top.pk, 0) + sum(counts.get(one.pk, 0) for one in children)
    return {"place": top, "children": len(children), "total": total}


class NoSuchPlaceError(LookupError):
    """No place in force has this code."""


def _with_children(code: str) -> tuple[Place, list[Place]]:
    """A place and what lies in it (one query). Raises NoSuchPlaceError."""
    own = Case(When(code=code, then=F("boundary")), output_field=JSONField())
    rows = places.places().select_related("parent").defer("boundary", "parent__boundary").annotate(shape=own)
    # A null byte in the address would reach the database as an error.
    near = list(rows.filter(Q(code=code) | Q(parent__code=code))) if code.isalnum() else []
    place = next((one for one in near if one.code == code), None)
    if place is None:
        raise NoSuchPlaceError(code)
    return place, [one for one in near if one.parent_id == place.pk]


def place_page(code: str, *, now: datetime) -> dict[str, object]:
    """What one place pursues and hears; a province stands for its municipalities too. Raises NoSuchPlaceError."""
    place, children = _with_children(code)
    inside = [place.pk, *(one.pk for one in children)]
    within = overview.counts_within(inside)
    by_place = {pk: sum(n for (where, _field), n in within.items() if where == pk) for pk in inside}
    items = (
        AgendaItem.objects.filter(agenda.at_place(inside), merged_into=None)
        .select_related("owner", "place")
        .defer("place__boundary")
    )
    pursued = with_excerpts(items.annotate(total=Window(Count("pk"))).order_by("-created_at", "-id")[:10])
    offices = list(places.offices_of(place))
    return {
        "place": place,
        "outline": outline(place.shape),  # type: ignore[attr-defined] # annotated
        "children": children,
        "tiles": tiles(children, by_place),
        "proposal_count": sum(by_place.values()),
        "fields": _fields(within),
        "items": pursued,
        "item_count": pursued[0].total if pursued else 0,  # type: ignore[attr-defined]
        "latest": overview.latest(limit=6, places=inside),
        "gathering": gathering(now, limit=4, places=inside),
        "themes": cache.get_or_set(f"themes-of-{place.pk}", lambda: _themes_of(place), overview.SECONDS),
        "settings": _settings_rows(place),
        "offices": _by_bureau(offices),
        "office_count": len(offices),
    }


def _fields(within: Mapping[tuple[int, str], int]) -> list[dict[str, object]]:
    counts = {key: sum(n for (_where, field), n in within.items() if field == key) for key in Field.values}
    most = max(counts.values(), default=0)
    return [{"key": one.value, "label": one.label, "count": counts[one.value], "most": most} for one in Field]


def _themes_of(place: Place) -> list[Theme]:
    """A province's largest themes; of a municipality those of its province in which its own voices stand (`here`)."""
    rows = Theme.objects.filter(run__current=True, run__place=place.parent_id or place.pk)
    if not place.parent_id:
        return list(rows.annotate(here=F("size")).order_by("-size", "id")[:10])
    newest = Proposal.objects.filter(place=place, status__in=Proposal.VISIBLE).order_by("-created_at", "-subject_id")
    # Joined and grouped once: a subquery for each theme took minutes where the planner knew no statistics.
    own = rows.filter(members__proposal__in=newest.values("pk")[:VOICES_OF_A_PLACE])
    return list(own.annotate(here=Count("members")).order_by("-here", "-size", "id")[:10])


def _settings_rows(place: Place) -> list[dict[str, object]]:
    """Every public setting in force in words, with the place that set it (one query)."""
    found = places.settings_of(place)
    return [
        {
            "label": one.label,
            "value": one.in_words(found[one.key].value),
            "origin": found[one.key].origin,
            "own": found[one.key].origin == place,
        }
        for one in settings.registered()
        if one.public
    ]


def _by_bureau(offices: Sequence[Office]) -> list[dict[str, object]]:
    """Offices under their bureaus, the Social Innovation Officer first; what has no bureau stands alone."""
    known = {office.pk for office in offices}
    tops = [office for office in offices if office.parent_id not in known]
    tops.sort(key=lambda office: (not office.is_innovation_officer, office.pk))
    return [{"office": top, "under": [one for one in offices if one.parent_id == top.pk]} for top in tops]


def clear_figures() -> None:
    """Forget cached figures (after a bulk load)."""
    cache.clear()
