"""What routing knows of an item, and what waits at whose desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Value, When
from django.utils import timezone

from madang.engines.texts.search import snippet_positions
from madang.explore.proposals.models import Answer, Evidence, Proposal
from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.footing.keyset import Page, page
from madang.ground.participation.models import SearchDocument
from madang.ground.people.permissions import scope
from madang.ground.places.models import Office
from madang.ground.places.queries import innovation_officer
from madang.plan.routing.models import Assignment, Suggestion
from madang.plan.routing.reading import PastDecision, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

# An item may carry thousands of voices; the hundred most supported decide whom it concerns.
VOICES_READ = 100
# Past decisions from which the suggester learns, newest first.
DECISIONS_READ = 2_000
# Voices of the place from which it learns which words are rare and which are near each other.
NEIGHBORS_READ = 3_000
# What was hidden or withdrawn is neither read nor shown, though it stays as evidence.
READABLE = (*Proposal.VISIBLE, Proposal.Status.MERGED)
IN_FORCE = (Assignment.Status.PENDING, Assignment.Status.ACCEPTED)


@dataclass(frozen=True)
class Voice:
    """A voice of an item, as far as routing needs it."""

    pk: int
    title: str
    body: str


@dataclass(frozen=True)
class Material:
    """All that a suggestion is made from."""

    item: AgendaItem
    voices: Sequence[Voice]
    offices: Sequence[Office]
    past: Sequence[PastDecision]
    fallback: Office | None

    def neighborhood(self, engine: str) -> list[list[str]]:
        """Words of the newest public voices of the item's province, read by `engine` (one query)."""
        top = self.item.place.parent_id or self.item.place_id
        rows = SearchDocument.objects.filter(Q(place=top) | Q(place__parent=top), visible=True, engine_version=engine)
        newest = rows.order_by("-pk").values_list("words", "terms")[:NEIGHBORS_READ]
        return [words_of(words, terms) for words, terms in newest]


def material(item: AgendaItem) -> Material:
    """Read what a suggestion for `item` needs (six queries; `item.place` loaded)."""
    offices = competent_offices(item)
    return Material(item, voices_of(item), offices, decided_by(offices, item), fallback_owner(item))


def voices_of(item: AgendaItem) -> list[Voice]:
    """The voices of an item that the suggester reads: at most VOICES_READ, the most supported first."""
    rows = Evidence.objects.filter(item=item, proposal__status__in=READABLE)
    fields = ("proposal_id", "proposal__title", "proposal__body")
    newest = rows.order_by("-proposal__support_count", "proposal_id").values_list(*fields)[:VOICES_READ]
    return [Voice(*row) for row in newest]


def offices_for(item: AgendaItem) -> QuerySet[Office]:
    """The offices that may own an item: those of its place first, then those of the place above."""
    near = [pk for pk in (item.place_id, item.place.parent_id) if pk]
    rows = Office.objects.filter(place__in=near, active=True).select_related("place").defer("place__boundary")
    return rows.order_by(Case(When(place=item.place_id, then=Value(0)), default=Value(1)), "id")


def competent_offices(item: AgendaItem) -> list[Office]:
    """Where an owner is sought: the offices of the item's place, or of the place above where it has none."""
    offices = list(offices_for(item))
    own = [office for office in offices if office.place_id == item.place_id]
    return own if any(not office.is_innovation_officer for office in own) else offices


def decided_by(offices: Sequence[Office], item: AgendaItem) -> list[PastDecision]:
    """What these offices answered and accepted before, newest first; nothing of the item itself (two queries)."""
    near = [office.pk for office in offices if not office.is_innovation_officer]
    answers = Answer.objects.filter(office__in=near, proposal__status__in=READABLE).exclude(
        proposal__evidence__item=item
    )
    document = "proposal__subject__document__"
    fields = ("office_id", f"{document}engine_version", f"{document}words", f"{document}terms")
    newest = answers.order_by("-answered_at", "-id").values_list(
        *fields, "proposal_id", "proposal__title", "id", "body"
    )
    past = [
        PastDecision(office, engine or "", words_of(words or [], terms or []), "proposal", *rest)
        for office, engine, words, terms, *rest in newest[:DECISIONS_READ]
    ]
    accepted = Assignment.objects.filter(office__in=near, status=Assignment.Status.ACCEPTED).exclude(item=item)
    told = accepted.filter(suggestion__isnull=False).order_by("-assigned_at", "-id")
    rows = told.values_list("office_id", "suggestion__engine_version", "suggestion__terms", "item_id", "item__title")
    return past + [PastDecision(*row[:3], "item", *row[3:]) for row in rows[:DECISIONS_READ]]


def latest_suggestion(item: AgendaItem) -> Suggestion | None:
    return item.routing_suggestions.select_related("office__place").defer("office__place__boundary", "terms").first()


def history(item: AgendaItem) -> list[Assignment]:
    """Every assignment of an item, newest first."""
    return list(item.assignments.select_related("office", "assigned_by", "answered_by"))


def assignment(pk: int) -> Assignment:
    """One assignment with its item and office. Raises Assignment.DoesNotExist."""
    rows = Assignment.objects.select_related("item__place__parent", "office__place")
    return rows.get(pk=pk)


@dataclass(frozen=True)
class Routing:
    """What was suggested of an item, and every assignment of it."""

    advised: Advised | None
    assignments: Sequence[Assignment]


def routing_of(item: AgendaItem) -> Routing:
    """The whole story of an item's owner (five queries)."""
    return Routing(advised(latest_suggestion(item)), list(item.assignments.select_related("office__place")))


def assignment_in_force(item: AgendaItem) -> Assignment | None:
    return item.assignments.filter(status__in=IN_FORCE).select_related("office").first()


@dataclass(frozen=True)
class Advised:
    """A suggestion with its offices loaded: the candidates, best first, and those that the verdict names."""

    suggestion: Suggestion
    candidates: list[dict[str, object]]
    named: list[Office]


def advised(suggestion: Suggestion | None) -> Advised | None:
    """The suggestion as its page shows it (two queries). Words of what was hidden since are left out."""
    if suggestion is None:
        return None
    wanted = {row["office"] for row in suggestion.candidates} | set(suggestion.named)
    offices = Office.objects.select_related("parent", "place").in_bulk(wanted)
    readable = _readable(suggestion)
    rows = [_candidate(row, offices, readable) for row in suggestion.candidates if row["office"] in offices]
    return Advised(suggestion, rows, [offices[pk] for pk in suggestion.named if pk in offices])


def _proposals_of(reason: dict) -> set[int]:
    """Ids of the proposals whose words a reason shows."""
    past = reason.get("past") or {}
    shown = {reason["proposal"], past.get("pk") if past.get("kind") == "proposal" else None}
    return shown - {None}


def _readable(suggestion: Suggestion) -> set[int]:
    shown = {pk for row in suggestion.candidates for reason in row["reasons"] for pk in _proposals_of(reason)}
    return (
        set(Proposal.objects.filter(pk__in=shown, status__in=READABLE).values_list("pk", flat=True)) if shown else set()
    )


def _candidate(row: dict, offices: dict[int, Office], readable: set[int]) -> dict[str, object]:
    reasons = [_pair(one) for one in row["reasons"] if _proposals_of(one) <= readable]
    hidden = len(row["reasons"]) - len(reasons)
    percent = round(100 * row["confidence"])
    return {**row, "office": offices[row["office"]], "percent": percent, "reasons": reasons, "hidden": hidden}


def _pair(reason: dict) -> dict[str, object]:
    """A reason with both of its sentences cut where shared words begin and end."""
    words = reason["words"]
    return {**reason, "voice": pieces(reason["voice"], words), "sentence": pieces(reason["sentence"], words)}


def pieces(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is one of the words.

    >>> pieces("골목 가로등이 꺼졌다", ["가로등"])
    [('골목 ', False), ('가로등', True), ('이 꺼졌다', False)]
    """
    found, at = [], 0
    for start, end in snippet_positions(text, words):
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in (*found, (text[at:], False)) if piece[0]]


def items_without_owner(user: object) -> QuerySet[AgendaItem]:
    """Items at the officer's places that wait for an owner, with what was suggested, oldest first."""
    assigned = Assignment.objects.filter(item=OuterRef("pk"), status__in=IN_FORCE)
    waiting = AgendaItem.objects.exclude(stage=Stage.CLOSED).filter(~Exists(assigned), owner=None)
    newest = Suggestion.objects.select_related("office").defer("terms").order_by("-made_at", "-id")
    rows = waiting.select_related("place", "owner__place").defer("place__boundary")
    rows = rows.prefetch_related(Prefetch("routing_suggestions", newest))
    return scope(user, "plan_routing.assign", rows)


def waiting_page(user: object, *, after: str) -> Page[AgendaItem]:
    return page(items_without_owner(user), by=("created_at", "id"), after=after, size=20)


def assignments_at_desk(user: object) -> QuerySet[Assignment]:
    """What waits for an answer of the user's offices, and for officers at their places."""
    pending = Assignment.objects.filter(status=Assignment.Status.PENDING)
    rows = pending.select_related("item__place", "office__place", "assigned_by").defer(
        "item__place__boundary", "office__place__boundary"
    )
    return scope(user, "plan_routing.watch", rows)


def assignments_page(user: object, *, after: str, now: datetime) -> Page[Assignment]:
    """Soonest due first, so that what is overdue leads."""
    found = page(assignments_at_desk(user), by=("due_at", "id"), after=after, size=20)
    for row in found.rows:
        tell_days(row, now)
    return found


def tell_days(assignment: Assignment, now: datetime) -> None:
    """Give an assignment `days`, the calendar days until its answer is due, and `late`, those past it."""
    assignment.days = (timezone.localdate(assignment.due_at) - timezone.localdate(now)).days  # type: ignore[attr-defined]
    assignment.late = -assignment.days  # type: ignore[attr-defined]


def items_without_suggestion(limit: int, *, by_model: bool) -> list[AgendaItem]:
    """Open items without an owner for which nothing was suggested; `by_model`: or only without the language model."""
    made = Suggestion.objects.filter(item=OuterRef("pk"))
    if by_model:
        made = made.exclude(engine_version__endswith="+light")
    rows = AgendaItem.objects.exclude(stage=Stage.CLOSED).filter(~Exists(made), owner=None)
    return list(rows.select_related("place__parent").order_by("id")[:limit])


def fallback_owner(item: AgendaItem) -> Office | None:
    """Who owns what crosses departments or fits none: the Social Innovation Officer."""
    return innovation_officer(item.place)


def escalation_office(assignment: Assignment) -> Office | None:
    """To whom an unanswered assignment is reported: the office above, else the Social Innovation Officer."""
    return assignment.office.parent or fallback_owner(assignment.item)


def panel(item: AgendaItem, viewer: object) -> dict[str, object]:
    """The owner's part of the thread page: two queries."""
    del viewer
    rows = history(item)
    current = next((row for row in rows if row.status in IN_FORCE), None)
    suggestion = None if current else latest_suggestion(item)
    if not rows and suggestion is None:
        return {}
    handed_back = next((row for row in rows if row.status == Assignment.Status.HANDED_BACK), None)
    return {
        "current": current,
        "assignments": rows,
        "suggestion": suggestion,
        "handed_back": None if current else handed_back,
    }
