"""Routing: who owns an agenda item, and why."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import Field

from madang.ground.agenda.models import AgendaItem
from madang.ground.agenda.queries import item as item_of
from madang.ground.agenda.shapes import ItemRow, item_row
from madang.ground.footing.rest import CURSOR, Given, Id, Paged, ProblemError, needs, paged, refuse
from madang.ground.people.permissions import require
from madang.plan.routing import operations, queries
from madang.plan.routing.shapes import (
    AssignmentOut,
    RoutingOut,
    SuggestionOut,
    WaitingOut,
    assignment_out,
    suggestion_out,
    waiting_out,
)

router = Router(tags=["routing"])
WRITES = needs("write:routing")
refuse("conflict", operations.RoutingError)


class AssignmentIn(Given):
    office: Id = Field(description="Id of the office that is asked.")
    reason: str = Field(min_length=1, max_length=2000, description="Stands in the public record.")


class AnswerIn(Given):
    decision: Literal["accept", "hand_back"]
    reason: str = Field("", max_length=2000, description="Needed to hand back; stands in the public record.")
    seen: Literal["pending", "accepted"] = Field("pending", description="The status that the person answers.")


def _by(request: HttpRequest) -> Any:
    return request.user


def _item(request: HttpRequest, pk: int) -> AgendaItem:
    item = item_of(pk)
    require(request.user, "plan_routing.assign", item)
    return item


@router.get("/agenda/{int:pk}/routing", response=RoutingOut, operation_id="getRouting", summary="Its owner, and why")
def get_routing(request: HttpRequest, pk: int) -> dict[str, object]:
    """What was suggested, whom officers asked, and what the offices answered."""
    del request
    found = queries.routing_of(item_of(pk))
    return {
        "item": pk,
        "suggestion": suggestion_out(found.advised),
        "assignments": [assignment_out(one) for one in found.assignments],
    }


@router.post(
    "/agenda/{int:pk}/suggestions",
    response={201: SuggestionOut},
    auth=WRITES,
    operation_id="suggestOwner",
    summary="Ask the suggester anew",
)
def suggest_owner(request: HttpRequest, pk: int) -> Status:
    """Have an owner suggested from mandates and past decisions as they stand now."""
    made = operations.suggest_owner(item=_item(request, pk), now=timezone.now())
    return Status(201, suggestion_out(queries.advised(made)))


@router.post(
    "/agenda/{int:pk}/assignments",
    response={201: AssignmentOut},
    auth=WRITES,
    operation_id="assign",
    summary="Ask an office",
)
def assign(request: HttpRequest, pk: int, given: AssignmentIn) -> Status:
    """Ask an office of the item's place, or of the place above, to own it."""
    item = _item(request, pk)
    office = queries.offices_for(item).filter(pk=given.office).first()
    if office is None:
        raise ProblemError("invalid", _("That office belongs to another place. Choose one of this place."))
    made = operations.assign(item=item, office=office, reason=given.reason, by=_by(request), now=timezone.now())
    return Status(201, assignment_out(made))


@router.put(
    "/assignments/{int:pk}/answer",
    response=AssignmentOut,
    auth=WRITES,
    operation_id="answerAssignment",
    summary="Answer for an office",
)
def answer_assignment(request: HttpRequest, pk: int, given: AnswerIn) -> dict[str, object]:
    """Accept the item or hand it back with a reason; an office may also hand back what it accepted."""
    assignment = queries.assignment(pk)
    require(request.user, "plan_routing.answer", assignment)
    operations.answer(
        assignment=assignment, accept=given.decision == "accept", reason=given.reason, seen=given.seen,
        by=_by(request), now=timezone.now(),
    )  # fmt: skip
    return assignment_out(queries.assignment(pk))


@router.get(
    "/routing/waiting", response=Paged[ItemRow], auth=needs("read"), operation_id="listWaiting", summary="No owner yet"
)
def list_waiting(request: HttpRequest, cursor: CURSOR = "") -> dict[str, object]:
    """Items at the officer's places that wait for an owner, oldest first."""
    require(request.user, "plan_routing.view_desk")
    return paged(request, queries.waiting_page(request.user, after=cursor), item_row)


@router.get(
    "/routing/assignments",
    response=Paged[WaitingOut],
    auth=needs("read"),
    operation_id="listAssignments",
    summary="What waits for an answer",
)
def list_assignments(request: HttpRequest, cursor: CURSOR = "") -> dict[str, object]:
    """What waits for an answer of one's offices, and for officers at their places; soonest due first."""
    require(request.user, "plan_routing.view_desk")
    return paged(request, queries.assignments_page(request.user, after=cursor, now=timezone.now()), waiting_out)
