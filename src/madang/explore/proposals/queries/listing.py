"""Lists of proposals: filtered, ordered, and turned page by page by key, never by counting rows past."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Proposal, Theme
from madang.explore.proposals.queries import clocks, finding
from madang.ground.agenda.models import Field
from madang.ground.footing import keyset
from madang.ground.places.models import Place
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet
    from django.utils.functional import Promise

    from madang.explore.proposals.clock import Clock

SIZE = 20
QUERY_LENGTH = 200


@dataclass(frozen=True)
class Order:
    """An order of the list: its label, and the two columns that make it total, with the direction of both."""

    label: str | Promise
    column: str = ""
    descending: bool = True

    @property
    def columns(self) -> tuple[str, str]:
        sign = "-" if self.descending else ""
        return f"{sign}{self.column}", f"{sign}subject_id"


ORDERS = {
    "relevance": Order(_("Best match")),
    "newest": Order(_("Newest"), "created_at"),
    "supported": Order(_("Most supported"), "support_count"),
    "due": Order(_("Answer due soon"), "answer_due_at", descending=False),
}
STATUSES = {
    "open": _("Open"),
    "waiting": _("Waiting for an answer"),
    "overdue": _("Answer overdue"),
    "answered": _("Answered"),
    "promoted": _("On the agenda"),
}


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; whatever makes no sense was left out."""

    q: str = ""
    place: Place | None = None
    field: str = ""
    status: str = ""
    theme: Theme | None = None
    order: str = "newest"
    cursor: str = ""
    chosen_order: str = ""

    @property
    def field_label(self) -> str:
        return str(Field(self.field).label) if self.field else ""

    @property
    def status_label(self) -> str:
        return str(STATUSES.get(self.status, ""))

    @property
    def any(self) -> bool:
        return bool(self.q or self.place or self.field or self.status or self.theme)


@dataclass(frozen=True)
class Card:
    """A proposal as a list shows it. words: those of the search, to be marked."""

    proposal: Proposal
    clock: Clock
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of cards and the cursors of its neighbors, empty where there are none."""

    cards: Sequence[Card]
    following: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Choices:
    """What the filters offer."""

    places: Sequence[Place] = field(default_factory=list)

    @property
    def provinces(self) -> list[tuple[Place, list[Place]]]:
        tops = [place for place in self.places if not place.parent_id]
        return [(top, [place for place in self.places if place.parent_id == top.pk]) for top in tops]

    def inside(self, place: Place | None) -> list[int] | None:
        """Ids of a place and of those in it; None for everywhere."""
        return [one.pk for one in self.places if place.pk in {one.pk, one.parent_id}] if place else None


def choices() -> Choices:
    """Every place in force, provinces with what lies in them (one query)."""
    return Choices(list(places()))


def filters_of(data: Mapping[str, str], offered: Choices) -> Filters:
    """Read GET parameters; unknown values are ignored, as a shared link may be old (at most one query)."""
    q = data.get("q", "").strip()[:QUERY_LENGTH]
    place = next((one for one in offered.places if one.code == data.get("place")), None)
    order = data.get("order", "")
    status = data.get("status", "")
    usable = order in ORDERS and (order != "relevance" or q)
    return Filters(
        q=q,
        place=place,
        field=data.get("field", "") if data.get("field") in Field.values else "",
        status=status if status in STATUSES else "",
        theme=_theme(data.get("theme", "")),
        order=order if usable else ("relevance" if q else "newest"),
        chosen_order=order if usable else "",
        cursor=data.get("cursor", "")[:1500],
    )


def _theme(key: str) -> Theme | None:
    return Theme.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 10 else None


@dataclass(frozen=True)
class Listing:
    """What the list's page needs: what was asked for, what may be asked for, and a page of it."""

    filters: Filters
    offered: Choices
    page: Page


def browse(data: Mapping[str, str], *, now: datetime, size: int = SIZE) -> Listing:
    """Answer GET parameters: at most five queries besides the search's own."""
    offered = choices()
    filters = filters_of(data, offered)
    return Listing(filters, offered, page(filters, now=now, inside=offered.inside(filters.place), size=size))


def visible() -> QuerySet[Proposal]:
    """Proposals that lists may show, with what a card needs."""
    return (
        Proposal.objects.filter(status__in=Proposal.VISIBLE)
        .select_related("author", "place__parent", "subject")
        .defer("body", "place__boundary", "place__parent__boundary")
    )


def page(filters: Filters, *, now: datetime, inside: Sequence[int] | None = None, size: int = SIZE) -> Page:
    """One page: two queries besides the search's own. inside: ids of the place asked for and those in it."""
    rows = narrowed(visible(), filters, now)
    if inside is not None:
        rows = rows.filter(place_id__in=inside)
    if filters.order == "relevance":
        return _by_relevance(rows, filters, now, inside, size)
    words: tuple[str, ...] = ()
    if filters.q:
        found = finding.matching(filters.q, place_ids=inside)
        rows, words = rows.filter(pk__in=found.ids), found.words
    turned = keyset.page(rows, by=ORDERS[filters.order].columns, after=filters.cursor, size=size)
    return Page(cards(turned.rows, now=now, words=words), turned.next, turned.previous)


def narrowed(rows: QuerySet[Proposal], filters: Filters, now: datetime) -> QuerySet[Proposal]:
    """The rows that meet the filters, place and search apart."""
    if filters.field:
        rows = rows.filter(field=filters.field)
    if filters.theme:
        rows = rows.filter(theme_memberships__theme=filters.theme)
    owed = Q(answered_at=None, answer_due_at__isnull=False)
    by_status = {
        "waiting": owed,
        "overdue": owed & Q(answer_due_at__lt=now),
        "open": Q(status=Proposal.Status.OPEN),
        "answered": Q(status=Proposal.Status.ANSWERED),
        "promoted": Q(status=Proposal.Status.PROMOTED),
    }
    if filters.status:
        rows = rows.filter(by_status[filters.status])
    return rows.filter(owed) if filters.order == "due" else rows


def cards(proposals: Sequence[Proposal], *, now: datetime, words: tuple[str, ...] = ()) -> list[Card]:
    """Cards of loaded proposals (one query for the clocks of all). words: to be marked in each."""
    terms = clocks.terms_by_place(proposal.place for proposal in proposals)
    return [Card(one, clocks.read(one, terms[one.place_id], now), words) for one in proposals]


def _by_relevance(
    rows: QuerySet[Proposal], filters: Filters, now: datetime, inside: Sequence[int] | None, size: int
) -> Page:
    """The best matches in the order of the search, after the filters.

    The search hands out cursors that lead forward only; the trail of those used so far leads back.
    """
    trail = decode_trail(filters.cursor)
    found = finding.ranked(filters.q, rows, place_ids=inside, cursor=trail[-1] if trail else "", size=size)
    loaded = {one.pk: one for one in visible().filter(pk__in=found.ids)}
    shown = cards([loaded[pk] for pk in found.ids if pk in loaded], now=now, words=found.words)
    following = encode_trail([*trail, found.cursor]) if found.cursor else ""
    previous = encode_trail(trail[:-1]) if trail else ""
    return Page(shown, following, previous)


# A trail this long is cut at its far end: nobody turns thirty pages of matches back one by one.
TRAIL = 30


def encode_trail(trail: Sequence[str]) -> str:
    """Cursors of the pages before, the present one last; `-` stands for the beginning."""
    return "~".join(trail[-TRAIL:]) or "-"


def decode_trail(text: str) -> list[str]:
    return [part for part in text.split("~") if part and part != "-"][-TRAIL:]
