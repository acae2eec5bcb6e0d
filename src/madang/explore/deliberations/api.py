"""Deliberations in the API: reading for everybody, voting and adding statements for those who may take part."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field as About

from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.operations import joining, statements, voting
from madang.explore.deliberations.permissions import READ
from madang.explore.deliberations.queries import detail, listing, mine, moderating
from madang.explore.deliberations.queries.taking_part import participant_of
from madang.explore.deliberations.shapes import (
    DeliberationOut,
    DeliberationRow,
    OutcomeOut,
    StatementOut,
    VoteOut,
    deliberation_out,
    deliberation_row,
    outcome_out,
    statement_out,
    vote_out,
)
from madang.ground.footing.rest import CURSOR, SIZE, Given, Paged, needs, paged, refuse
from madang.ground.people.permissions import can

router = Router(tags=["deliberations"])
WRITES = needs("write:deliberations")
refuse("forbidden", joining.BarredError)
refuse("conflict", statements.NotTakenError)
refuse("invalid", statements.UnfitStatementError)


class VoteIn(Given):
    """One answer."""

    key: UUID = About(description="Chosen by you, once for each act: sent again, it counts once.")
    statement: int = About(ge=1, le=2**63 - 1)
    value: Literal[1, 0, -1] | None = About(description="1 agree, 0 pass, -1 disagree, null to take it back")


class VotesIn(Given):
    votes: Annotated[list[VoteIn], About(min_length=1, max_length=50)]


class StatementIn(Given):
    text: str = About(min_length=1, max_length=600, description="One sentence of at most 140 characters.")


def _readable(request: HttpRequest, pk: int) -> Deliberation:
    found = detail.find(pk, viewer=request.user)
    if not can(request.user, READ, found):
        raise Deliberation.DoesNotExist
    return found


@router.get("/deliberations", response=Paged[DeliberationRow], operation_id="listDeliberations", summary="All of them")
def list_deliberations(
    request: HttpRequest,
    place: str = Query("", max_length=10, description="Code of a place; a province stands for what lies in it too."),
    state: Literal["open", "announced", "closed"] | None = None,
    cursor: CURSOR = "",
    size: SIZE = 20,
) -> dict[str, object]:
    """Public deliberations, the newest first."""
    found = listing.browse({"place": place, "state": state or "", "after": cursor}, size=size)
    return paged(request, found.page, deliberation_row)


@router.get("/deliberations/{int:pk}", response=DeliberationOut, operation_id="getDeliberation", summary="One of them")
def get_deliberation(request: HttpRequest, pk: int) -> dict[str, object]:
    """One deliberation with the terms under which people vote."""
    return deliberation_out(_readable(request, pk))


@router.get(
    "/deliberations/{int:pk}/statements", response=Paged[StatementOut], operation_id="listStatements",
    summary="Its statements",
)  # fmt: skip
def list_statements(request: HttpRequest, pk: int, cursor: CURSOR = "", size: SIZE = 20) -> dict[str, object]:
    """The statements on which people vote, by number."""
    return paged(request, moderating.public_statements(_readable(request, pk), after=cursor, size=size), statement_out)


@router.post(
    "/deliberations/{int:pk}/statements", response={201: StatementOut}, auth=WRITES, operation_id="addStatement",
    summary="Add a statement",
)  # fmt: skip
def add_statement(request: HttpRequest, pk: int, given: StatementIn) -> Status:
    """Add a statement; whether it is shown at once its status tells. Personal data is masked."""
    added = statements.suggest(participant=_me(request, pk), text=given.text, now=timezone.now())
    return Status(201, statement_out(added.statement))


@router.get(
    "/deliberations/{int:pk}/votes", response=Paged[VoteOut], auth=needs("read"), operation_id="listMyVotes",
    summary="My votes",
)  # fmt: skip
def list_my_votes(request: HttpRequest, pk: int, cursor: CURSOR = "", size: SIZE = 20) -> dict[str, object]:
    """One's own votes, the latest first; nobody else's can be read."""
    me = participant_of(_readable(request, pk), request.user)
    if me is None:
        return {"items": [], "next": None, "previous": None}
    return paged(request, mine.votes_of(me, after=cursor, size=size).page, vote_out)


@router.post(
    "/deliberations/{int:pk}/votes", response=list[OutcomeOut], auth=WRITES, operation_id="castVotes", summary="Vote"
)
def cast_votes(request: HttpRequest, pk: int, given: VotesIn) -> list[dict[str, object]]:
    """Vote on up to fifty statements; each is counted once, however often it is sent."""
    me, now = _me(request, pk), timezone.now()
    acts = [voting.Act(pk, me.pk, one.statement, one.value, one.key, now) for one in given.votes]
    return [outcome_out(one) for one in voting.cast(acts, fresh=True)]


def _me(request: HttpRequest, pk: int) -> Any:
    """Who asks, as a participant, joining if need be."""
    _readable(request, pk)
    return joining.join(deliberation_id=pk, by=request.user, now=timezone.now())
