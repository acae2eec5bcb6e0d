"""The agenda: reading it for everybody, deciding on it for the officers of a place."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field as About

from madang.ground.agenda import operations, queries
from madang.ground.agenda.models import AgendaItem, Field, Stage
from madang.ground.agenda.permissions import EDIT, NOTE, SCORE
from madang.ground.agenda.shapes import ItemOut, ItemRow, ScoresOut, item_out, item_row, scores_out, words_version
from madang.ground.footing.keyset import page
from madang.ground.footing.rest import (
    CURSOR,
    SIZE,
    Given,
    Paged,
    paged,
    refuse,
    unchanged_since,
    versioned,
)
from madang.ground.footing.rest import needs as token_needs
from madang.ground.people.permissions import require
from madang.ground.places.queries import place_by_code
from madang.ground.record.queries import chosen
from madang.ground.record.shapes import EntryOut, entry_out

router = Router(tags=["agenda"])
WRITES = token_needs("write:agenda")
refuse("conflict", operations.AgendaError)
refuse("invalid", operations.ReasonMissingError, operations.ScoreInvalidError)
Reason = Annotated[str, About(min_length=1, max_length=2000, description="Stands in the public record.")]


class StageIn(Given):
    stage: Stage = About(description="The stage to which the item goes: one step on or back, or closed.")
    reason: Reason
    forced: bool = About(default=False, description="Go ahead though a rule that may be waived does not hold.")


class NoteIn(Given):
    text: Reason


class WordsIn(Given):
    title: str = About(min_length=1, max_length=120)
    summary: str = About(min_length=1, max_length=4000)
    field: Field


class ScoresIn(Given):
    values: dict[str, Annotated[int, About(ge=1, le=5)]] = About(
        description="1 to 5 by criterion key.", examples=[{"urgency": 4}]
    )
    notes: dict[str, Annotated[str, About(max_length=400)]] = About(default_factory=dict)


def _item(pk: int) -> AgendaItem:
    return queries.item(pk)


def _for(request: HttpRequest, permission: str, pk: int) -> AgendaItem:
    item = _item(pk)
    require(request.user, permission, item)
    return item


def _out(request: HttpRequest, item: AgendaItem) -> dict[str, object]:
    versioned(request, words_version(item))
    return item_out(item, queries.links_of(item))


@router.get("/agenda", response=Paged[ItemRow], operation_id="listAgenda", summary="Agenda items")
def list_agenda(
    request: HttpRequest,
    stage: Stage | None = None,
    field: Field | None = None,
    place: str = Query("", description="Code of a place; a province stands for what lies in it too.", max_length=10),
    cursor: CURSOR = "",
    size: SIZE = 20,
) -> dict[str, object]:
    """What the pursuit has taken up, newest first."""
    where = place_by_code(place) if place else None
    found = queries.items_page(stage=stage or "", place=where, field=field or "", after=cursor, size=size)
    return paged(request, found, item_row)


@router.get("/agenda/{int:pk}", response=ItemOut, operation_id="getItem", summary="An agenda item")
def get_item(request: HttpRequest, pk: int) -> dict[str, object]:
    """One item with those that inspired it and those it inspired."""
    return _out(request, _item(pk))


@router.get("/agenda/{int:pk}/record", response=Paged[EntryOut], operation_id="listItemRecord", summary="Its record")
def list_item_record(request: HttpRequest, pk: int, cursor: CURSOR = "", size: SIZE = 50) -> dict[str, object]:
    """Every public decision about an item, oldest first."""
    return paged(request, page(chosen(subject=_item(pk).subject), by=("at", "id"), after=cursor, size=size), entry_out)


@router.get("/agenda/{int:pk}/scores", response=ScoresOut, operation_id="getScores", summary="Its scores")
def get_scores(request: HttpRequest, pk: int) -> dict[str, object]:
    """How an item was scored, by the criteria in force at its place."""
    del request
    return scores_out(queries.scores_of(_item(pk)))


@router.put("/agenda/{int:pk}/scores", response=ScoresOut, auth=WRITES, operation_id="putScores", summary="Score it")
def put_scores(request: HttpRequest, pk: int, given: ScoresIn) -> dict[str, object]:
    """Give one's own scores, in place of those given before."""
    item = _for(request, SCORE, pk)
    operations.score(item=item, values=given.values, notes=given.notes, by=_by(request), now=timezone.now())
    return scores_out(queries.scores_of(item))


@router.put("/agenda/{int:pk}/stage", response=ItemOut, auth=WRITES, operation_id="putStage", summary="Move it on")
def put_stage(request: HttpRequest, pk: int, given: StageIn) -> dict[str, object]:
    """Move an item one stage on or back, close it, or open it again where it stood."""
    item = _for(request, EDIT, pk)
    operations.set_stage(item=item, **given.model_dump(), by=_by(request), now=timezone.now())
    return _out(request, _item(pk))


@router.post("/agenda/{int:pk}/notes", response={201: EntryOut}, auth=WRITES, operation_id="addNote", summary="Note")
def add_note(request: HttpRequest, pk: int, given: NoteIn) -> Status:
    """Put a remark on the item's public record."""
    entry = operations.add_note(item=_for(request, NOTE, pk), text=given.text, by=_by(request), now=timezone.now())
    return Status(201, entry_out(entry))


@router.patch(
    "/agenda/{int:pk}",
    response=ItemOut,
    auth=WRITES,
    operation_id="reviseItem",
    summary="Word it better",
    openapi_extra={"x-if-match": True},
)
def revise_item(request: HttpRequest, pk: int, given: WordsIn) -> dict[str, object]:
    """Give an item other words; the record keeps those it had."""
    item, check = _for(request, EDIT, pk), unchanged_since(request)
    with transaction.atomic():
        check(words_version(AgendaItem.objects.select_for_update(of=("self",)).get(pk=pk)))
        operations.revise(item=item, **given.model_dump(), by=_by(request), now=timezone.now())
    return _out(request, _item(pk))


def _by(request: HttpRequest) -> Any:
    return request.user
