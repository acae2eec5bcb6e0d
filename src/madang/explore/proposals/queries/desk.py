"""The officer's desk: which places are mine, what is new there, what is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from madang.explore.proposals.models import DuplicateGroup, Hiding, Proposal
from madang.explore.proposals.queries.listing import Card, cards, visible
from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.footing.keyset import Page, page
from madang.ground.people.queries import is_platform_admin, office_ids, officer_place_ids, roles_of
from madang.ground.places.models import Office
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

# Beyond this a count says "999+": nobody needs the rest, and counting it would cost.
MOST = 1000
SELECTED = 200
TABS = ("new", "due")


@dataclass(frozen=True)
class Scope:
    """The places whose voices a person sees at the desk, and the ids of those in which they decide."""

    places: list[Place]
    edited: frozenset[int]

    @property
    def ids(self) -> list[int]:
        return [place.pk for place in self.places]

    @property
    def deciding(self) -> list[Place]:
        return [place for place in self.places if place.pk in self.edited]

    @property
    def provinces(self) -> list[Place]:
        """The provinces of these places, whose themes concern them."""
        found = {(place.parent or place).pk: place.parent or place for place in self.places}
        return sorted(found.values(), key=lambda one: one.code)


def scope_of(user: User) -> Scope:
    """What lies on a person's desk (one query besides the roles)."""
    edited = officer_place_ids(user)
    read = edited | {role.office.place_id for role in roles_of(user) if role.office}
    rows = places().select_related("parent").defer("boundary", "parent__boundary")
    if is_platform_admin(user):
        found = list(rows)
        return Scope(found, frozenset(place.pk for place in found))
    found = list(rows.filter(Q(pk__in=read) | Q(parent__in=read)))
    return Scope(found, frozenset(place.pk for place in found if {place.pk, place.parent_id} & edited))


@dataclass(frozen=True)
class Filters:
    """What the inbox was asked for; whatever made no sense was left out."""

    tab: str = "new"
    place: Place | None = None
    field: str = ""
    order: str = "newest"


@dataclass(frozen=True)
class Inbox:
    """One page of the inbox."""

    cards: Sequence[Card]
    next: str
    previous: str


def inbox(filters: Filters, scope: Scope, *, now: datetime, after: str = "") -> Inbox:
    """New voices, newest or most supported first; or answers owed, the most overdue first (two queries)."""
    rows = _narrowed(_tab(filters.tab, _inside(scope, filters.place)), filters)
    by = {"newest": "-created_at", "supported": "-support_count"}[filters.order]
    order = ("answer_due_at", "subject_id") if filters.tab == "due" else (by, "-subject_id")
    found = page(rows, by=order, after=after)
    return Inbox(cards(found.rows, now=now), found.next, found.previous)


def counts(scope: Scope) -> dict[str, int]:
    """How much waits: new voices, answers owed, groups to judge; each at most MOST (three cheap queries)."""
    voices = Proposal.objects.filter(place__in=scope.ids, status__in=Proposal.VISIBLE).order_by()
    groups = DuplicateGroup.objects.filter(place__in=scope.ids, status=DuplicateGroup.Status.SUGGESTED).order_by()
    return {
        "new": _tab("new", voices)[:MOST].count(),
        "due": _tab("due", voices)[:MOST].count(),
        "groups": groups[:MOST].count(),
    }


def _tab(tab: str, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.filter(answered_at=None, answer_due_at__isnull=False) if tab == "due" else rows.filter(seen_at=None)


def _inside(scope: Scope, place: Place | None) -> QuerySet[Proposal]:
    ids = [one.pk for one in scope.places if place is None or place.pk in (one.pk, one.parent_id)]
    return visible().filter(place__in=ids)


def _narrowed(rows: QuerySet[Proposal], filters: Filters) -> QuerySet[Proposal]:
    return rows.filter(field=filters.field) if filters.field else rows


def groups_page(status: str, scope: Scope, *, after: str = "") -> Page[DuplicateGroup]:
    """Near-duplicate groups of one's places with a status, largest first, a few titles of each (two queries)."""
    rows = DuplicateGroup.objects.filter(place__in=scope.ids, status=status).select_related(
        "place", "decided_by", "canonical"
    )
    found = page(rows.defer("place__boundary", "canonical__body"), by=("-size", "-id"), after=after, size=15)
    _add_titles(found.rows)
    return found


def _add_titles(groups: Sequence[DuplicateGroup]) -> None:
    """Put the first three titles on each group."""
    rows = (
        Proposal.objects.filter(memberships__group__in=groups)
        .order_by("memberships__group_id", "-support_count", "pk")
        .values_list("memberships__group_id", "title", "support_count")
    )
    titles: dict[int, list[str]] = {}
    supports: Counter[int] = Counter()
    for group, title, support in rows:
        titles.setdefault(group, []).append(title)
        supports[group] += support
    for row in groups:
        row.titles = titles.get(row.pk, [])[:3]  # type: ignore[attr-defined]
        row.supports = supports[row.pk]  # type: ignore[attr-defined]


def selected(ids: Iterable[str], scope: Scope) -> list[Proposal]:
    """The chosen voices that lie in places where this person decides; at most SELECTED, in the order of supports."""
    wanted = [int(one) for one in ids if one.isdecimal() and len(one) < 19][:SELECTED]
    rows = Proposal.objects.filter(pk__in=wanted, place__in=scope.edited, status__in=Proposal.VISIBLE)
    return list(_for_lists(rows).order_by("-support_count", "pk"))


def _for_lists(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.select_related("place__parent", "author", "agenda_item").defer(
        "body", "place__boundary", "place__parent__boundary"
    )


def voices(ids: Sequence[int], *, limit: int = 12) -> list[Proposal]:
    """The first of these voices, in the given order."""
    first = list(ids)[:limit]
    found = {one.pk: one for one in _for_lists(Proposal.objects.filter(pk__in=first))}
    return [found[pk] for pk in first if pk in found]


@dataclass(frozen=True)
class Gathering:
    """What a promotion would take up: how many voices, the first of them, their usual field, and their places."""

    size: int
    shown: list[Proposal]
    field: str
    place: Place | None

    @property
    def more(self) -> int:
        return self.size - len(self.shown)


def gathering(ids: Sequence[int], scope: Scope) -> Gathering:
    """A look at voices before they are taken up (two queries)."""
    facts = list(Proposal.objects.filter(pk__in=ids).values_list("field", "place_id"))
    fields = Counter(field for field, _place in facts if field)
    usual = fields.most_common(1)[0][0] if fields else ""
    return Gathering(len(facts), voices(ids), usual, _joint({place for _field, place in facts}, scope))


def _joint(ids: set[int], scope: Scope) -> Place | None:
    """The place in one's scope that holds all of these: the only one, or the one above."""
    mine = {place.pk: place for place in scope.deciding}
    if len(ids) == 1:
        return mine.get(next(iter(ids)))
    above = {(mine[one].parent_id or one) if one in mine else None for one in ids}
    return mine.get(above.pop()) if len(above) == 1 else None  # type: ignore[arg-type]


def open_items(scope: Scope) -> list[AgendaItem]:
    """Agenda items to which voices may be added: the 100 newest of one's places that are not closed."""
    rows = AgendaItem.objects.filter(place__in=scope.edited).exclude(stage=Stage.CLOSED).select_related("place")
    return list(rows.defer("place__boundary", "summary").order_by("-created_at", "-id")[:100])


def voice(pk: int) -> Proposal:
    """One voice with what the desk needs of it. Raises Proposal.DoesNotExist."""
    return Proposal.objects.select_related("place__parent", "author", "merged_into", "subject").get(pk=pk)


def hiding_of(proposal: Proposal) -> Hiding | None:
    """The hiding in force."""
    return Hiding.objects.filter(proposal=proposal, lifted_at=None).select_related("hidden_by").first()


def offices_for(user: User, proposal: Proposal, *, decides: bool) -> list[Office]:
    """Offices as which this person may answer, their own first: for an officer all of the place and above."""
    near = {proposal.place_id, proposal.place.parent_id} - {None}
    rows = Office.objects.filter(active=True, place__in=near).select_related("place").defer("place__boundary")
    if not decides:
        rows = rows.filter(pk__in=office_ids(user))
    own, held = office_ids(user), officer_place_ids(user)
    return sorted(
        rows, key=lambda one: (one.pk not in own, one.place_id not in held, not one.is_innovation_officer, one.pk)
    )


def capped(number: int) -> str:
    """A count as a tab shows it."""
    return "999+" if number >= MOST else f"{number}"
