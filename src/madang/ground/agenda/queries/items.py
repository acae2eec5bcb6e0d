"""Lists of agenda items, and one item with what stands around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from madang.ground.agenda.models import AgendaItem, CoOwner, Division, Merger, Partnership, Referral, Stage
from madang.ground.footing.keyset import Page, page
from madang.ground.places.models import Place
from madang.ground.record.models import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet


def items_page(
    *, stage: str = "", place: Place | None = None, field: str = "", after: str = "", size: int = 20
) -> Page[AgendaItem]:
    """Agenda items, newest first, with `joint`; a province stands for its municipalities too. Merged ones stand
    in the one that they went into.
    """
    rows = AgendaItem.objects.select_related("place", "owner__place").defer("place__boundary", "owner__place__boundary")
    rows = rows.filter(merged_into=None).annotate(joint=Exists(_partners(OuterRef("pk"))))
    if stage:
        rows = rows.filter(stage=stage)
    if field:
        rows = rows.filter(field=field)
    if place is not None:
        rows = rows.filter(at_place(place))
    return page(rows, by=("-created_at", "-id"), after=after, size=size)


def at_place(place: Place | Collection[int]) -> Q:
    """Items that a place leads or takes part in; a province stands for its municipalities too.

    place: a place (two queries), or the ids of several (no query; no children are added to those).

    A province has so many items that walking the newest of all finds a page at once, and a subquery leaves PostgreSQL
    free to do so. One town may have few: there the ids are read first, so that its own indexes are used.
    """
    if isinstance(place, Collection):
        ids = list(place)
    else:
        ids = [place.pk, *Place.objects.filter(parent=place).order_by().values_list("pk", flat=True)]
    joint = Partnership.objects.filter(place__in=ids, status=Partnership.Status.ACCEPTED).order_by()
    if len(ids) > 1 or isinstance(place, Collection):
        return Q(place__in=ids) | Q(pk__in=joint.values("item_id"))
    return Q(place__in=ids) | Q(pk__in=list(joint.values_list("item_id", flat=True)))


def counts_by_place() -> dict[int, int]:
    """How many items each place leads or takes part in, merged ones left out (two queries)."""
    counts: Counter[int] = Counter()
    led = AgendaItem.objects.filter(merged_into=None).order_by().values_list("place_id")
    counts.update(dict(led.annotate(n=Count("pk"))))
    joint = Partnership.objects.filter(status=Partnership.Status.ACCEPTED, item__merged_into=None)
    counts.update(dict(joint.order_by().values_list("place_id").annotate(n=Count("pk"))))
    return dict(counts)


def _partners(item: Any) -> QuerySet[Partnership]:
    return Partnership.objects.filter(item=item, status=Partnership.Status.ACCEPTED)


def item(pk: int) -> AgendaItem:
    """One item with place and owner loaded. Raises AgendaItem.DoesNotExist."""
    rows = AgendaItem.objects.select_related("place__parent", "owner__place", "merged_into__place")
    return rows.defer("place__boundary", "place__parent__boundary", "merged_into__place__boundary").get(pk=pk)


def in_full(pk: int) -> AgendaItem:
    """The same with everything that its page shows around it, in one query; `around_of` reads it."""
    rows = AgendaItem.objects.annotate(**{f"around_{name}": rows for name, rows in AROUND.items()})
    rows = rows.select_related("place__parent", "owner__place", "merged_into__place", "participation")
    return rows.defer("place__boundary", "place__parent__boundary", "merged_into__place__boundary").get(pk=pk)


def _items_by(rows: QuerySet[Any], path: str, limit: int = 20) -> ArraySubquery:
    """The items at the end of `path`, as dicts."""
    names = {"pk": "pk", "title": "title", "stage": "stage", "ko": "place__name_ko", "en": "place__name_en"}
    return ArraySubquery(rows.values(one=JSONObject(**{key: f"{path}__{name}" for key, name in names.items()}))[:limit])


_place = {"code": "place__code", "ko": "place__name_ko", "en": "place__name_en"}
_links = AgendaItem.inspired_by.through.objects.order_by("pk")
AROUND = {
    "partners": ArraySubquery(
        _partners(OuterRef("pk"))
        .order_by("invited_at", "id")
        .values(one=JSONObject(pk="place_id", parent="place__parent_id", **_place))
    ),
    "co_owners": ArraySubquery(
        CoOwner.objects.filter(item=OuterRef("pk"), ended_at=None)
        .order_by("added_at", "id")
        .values(one=JSONObject(pk="office_id", ko="office__name_ko", en="office__name_en"))
    ),
    "referrals": ArraySubquery(
        Referral.objects.filter(item=OuterRef("pk"), status=Referral.Status.WAITING).values(
            one=JSONObject(ko="target__name_ko", en="target__name_en", due="due_at")
        )
    ),
    "merged": _items_by(Merger.objects.filter(target=OuterRef("pk"), undone_at=None), "source"),
    "parts": _items_by(Division.objects.filter(source=OuterRef("pk")), "part"),
    "whole": _items_by(Division.objects.filter(part=OuterRef("pk")), "source"),
    "inspired_by": _items_by(_links.filter(from_agendaitem=OuterRef("pk")), "to_agendaitem"),
    "inspired": _items_by(_links.filter(to_agendaitem=OuterRef("pk")), "from_agendaitem"),
}


@dataclass(frozen=True)
class Named:
    """A place, an office or an item around an item: its key, its name in the reader's language, and a remark."""

    key: str
    name: str
    remark: str = ""


@dataclass(frozen=True)
class Around:
    """Everything that stands around an item."""

    partners: list[Named]
    co_owners: list[Named]
    referral: Named | None
    due_at: datetime | None
    merged: list[Named]
    parts: list[Named]
    whole: list[Named]
    inspired_by: list[Named]
    inspired: list[Named]


def around_of(found: AgendaItem) -> Around:
    """What `in_full` brought along, in the reader's language (no query)."""
    raw = {name: getattr(found, f"around_{name}") for name in AROUND}
    referral = raw["referrals"][0] if raw["referrals"] else None
    items = {
        name: list(map(_named_item, raw[name])) for name in ("merged", "parts", "whole", "inspired_by", "inspired")
    }
    return Around(
        partners=[Named(row["code"], _name(row)) for row in raw["partners"]],
        co_owners=[Named(str(row["pk"]), _name(row)) for row in raw["co_owners"]],
        referral=Named("", _name(referral)) if referral else None,
        due_at=parse_datetime(referral["due"]) if referral else None,
        **items,
    )


def _name(row: Mapping[str, Any]) -> str:
    korean = (get_language() or "ko").startswith("ko") or not row["en"]
    return str(row["ko"] if korean else row["en"])


def _named_item(row: Mapping[str, Any]) -> Named:
    return Named(str(row["pk"]), row["title"], f"{_name(row)} · {Stage(row['stage']).label}")


def links_of(of: AgendaItem) -> dict[str, list[AgendaItem]]:
    """The items that inspired this one (`inspired_by`) and those it inspired (`inspired`); one query."""
    rows = AgendaItem.inspired_by.through.objects.filter(Q(from_agendaitem=of) | Q(to_agendaitem=of)).select_related(
        "from_agendaitem__place", "to_agendaitem__place"
    )
    pairs = [(row.from_agendaitem, row.to_agendaitem) for row in rows.order_by("pk")[:40]]
    return {
        "inspired_by": [source for learner, source in pairs if learner.pk == of.pk],
        "inspired": [learner for learner, source in pairs if source.pk == of.pk],
    }


def pickable(of: AgendaItem, q: str, *, limit: int = 20) -> list[AgendaItem]:
    """Items to choose from beside this one: those whose title holds every word of `q`, newest first; closed ones too.

    Merged ones are left out: what they hold stands elsewhere.
    """
    rows = AgendaItem.objects.filter(merged_into=None).exclude(pk=of.pk).select_related("place")
    for word in q.split()[:6]:
        rows = rows.filter(title__icontains=word)
    return list(rows.defer("place__boundary").order_by("-created_at", "-id")[:limit])


def partner_place_ids(of: AgendaItem) -> set[int]:
    """Ids of the places that take part in an item, and of those above them; asked once an item."""
    known = getattr(of, "_partner_place_ids", None)
    if known is None:
        brought = getattr(of, "around_partners", None)
        if brought is None:
            pairs = list(
                Partnership.objects.filter(item=of, status=Partnership.Status.ACCEPTED).values_list(
                    "place_id", "place__parent_id"
                )
            )
        else:
            pairs = [(row["pk"], row["parent"]) for row in brought]
        known = {pk for pair in pairs for pk in pair if pk}
        of._partner_place_ids = known  # type: ignore[attr-defined] # noqa: SLF001
    return known


def latest_entry_before_closing(of: AgendaItem) -> str:
    """The stage at which a closed item stood, by its record; explore where the record does not say."""
    entry = Entry.objects.filter(subject=of.subject, kind=Entry.Kind.CLOSED).order_by("-at", "-id").first()
    return str(entry.data.get("from", Stage.EXPLORE)) if entry else str(Stage.EXPLORE)
