"""What routing knows of an item, and what waits at whose desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, Q

from madang.explore.proposals.models import Answer, Evidence
from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.people.queries import is_platform_admin, office_ids, officer_place_ids
from madang.ground.places.models import Office
from madang.ground.places.queries import innovation_officer
from madang.plan.routing.models import Assignment, Suggestion

if TYPE_CHECKING:
    from django.db.models import QuerySet

# An item may carry thousands of voices; the most typical hundred decide whom it concerns.
VOICES_READ = 100
# Past decisions from which the suggester learns, newest first.
DECISIONS_READ = 2_000
IN_FORCE = (Assignment.Status.PENDING, Assignment.Status.ACCEPTED)


@dataclass(frozen=True)
class Voice:
    """A voice of an item, as far as routing needs it."""

    pk: int
    title: str
    body: str


def voices_of(item: AgendaItem) -> list[Voice]:
    """The voices of an item that the suggester reads: at most VOICES_READ, the most supported first."""
    rows = Evidence.objects.filter(item=item).order_by("-proposal__support_count", "proposal_id")
    fields = ("proposal_id", "proposal__title", "proposal__body")
    return [Voice(*row) for row in rows.values_list(*fields)[:VOICES_READ]]


def offices_for(item: AgendaItem) -> QuerySet[Office]:
    """The offices that may own an item: those of its place."""
    return Office.objects.filter(place_id=item.place_id, active=True).select_related("place").order_by("id")


def decided_for(item: AgendaItem) -> list[tuple[int, list[str], str]]:
    """Past answers of the place's offices: (office id, words of the proposal, text of the answer), newest first."""
    rows = Answer.objects.filter(office__place_id=item.place_id, office__active=True).exclude(
        proposal__evidence__item=item
    )
    fields = ("office_id", "proposal__subject__document__words", "body")
    newest = rows.order_by("-answered_at").values_list(*fields)[:DECISIONS_READ]
    return [(office, words or [], body) for office, words, body in newest]


def latest_suggestion(item: AgendaItem) -> Suggestion | None:
    return item.routing_suggestions.select_related("office__place").first()


def history(item: AgendaItem) -> list[Assignment]:
    """Every assignment of an item, newest first."""
    return list(item.assignments.select_related("office__place", "assigned_by", "answered_by"))


def assignment_in_force(item: AgendaItem) -> Assignment | None:
    return item.assignments.filter(status__in=IN_FORCE).select_related("office").first()


def candidate_rows(suggestion: Suggestion | None) -> list[dict[str, object]]:
    """The suggestion's candidates with their offices loaded, best first (one query)."""
    if suggestion is None:
        return []
    offices = Office.objects.select_related("place", "parent").in_bulk([row["office"] for row in suggestion.candidates])
    return [{**row, "office": offices[row["office"]]} for row in suggestion.candidates if row["office"] in offices]


def items_without_owner(user: object) -> QuerySet[AgendaItem]:
    """Items at the officer's places that wait for an owner, oldest first."""
    assigned = Assignment.objects.filter(item=OuterRef("pk"), status__in=IN_FORCE)
    waiting = AgendaItem.objects.exclude(stage=Stage.CLOSED).filter(~Exists(assigned), owner=None)
    newest = Prefetch("routing_suggestions", Suggestion.objects.select_related("office").order_by("-made_at", "-id"))
    rows = waiting.select_related("place").prefetch_related(newest).order_by("created_at", "id")
    if is_platform_admin(user):
        return rows
    places = officer_place_ids(user)
    return rows.filter(Q(place__in=places) | Q(place__parent__in=places))


def assignments_at_desk(user: object) -> QuerySet[Assignment]:
    """What waits for an answer of the user's offices, and for officers at their places; soonest due first."""
    pending = Assignment.objects.filter(status=Assignment.Status.PENDING)
    rows = pending.select_related("item__place", "office__place", "assigned_by").order_by("due_at", "id")
    if is_platform_admin(user):
        return rows
    places = officer_place_ids(user)
    return rows.filter(Q(office__in=office_ids(user)) | Q(item__place__in=places) | Q(item__place__parent__in=places))


def items_without_suggestion(limit: int) -> list[AgendaItem]:
    """Open items for which nothing was ever suggested."""
    made = Suggestion.objects.filter(item=OuterRef("pk"))
    rows = AgendaItem.objects.exclude(stage=Stage.CLOSED).filter(~Exists(made), owner=None)
    return list(rows.select_related("place__parent")[:limit])


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
    suggestion = None if any(row.status in IN_FORCE for row in rows) else latest_suggestion(item)
    return {"assignments": rows, "suggestion": suggestion} if rows or suggestion else {}
