"""The public record."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from madang.ground.footing.keyset import page
from madang.ground.footing.rest import CURSOR, SIZE, Paged, paged
from madang.ground.record import queries
from madang.ground.record.shapes import EntryOut, entry_out

router = Router(tags=["record"])


@router.get("/record", response=Paged[EntryOut], operation_id="listEntries", summary="Public decisions")
def list_entries(
    request: HttpRequest,
    subject: str = Query("", description="Only of this subject, such as agenda:17.", max_length=60),
    kind: str = Query("", max_length=24),
    place: str = Query("", description="Code of a place; those in it are included.", max_length=10),
    cursor: CURSOR = "",
    size: SIZE = 20,
) -> dict[str, object]:
    """Every public decision, newest first."""
    rows = queries.chosen(subject=subject, kind=kind, place=place)
    return paged(request, page(rows, by=("-at", "-id"), after=cursor, size=size), entry_out)


@router.get("/record/{int:pk}", response=EntryOut, operation_id="getEntry", summary="A public decision")
def get_entry(request: HttpRequest, pk: int) -> dict[str, object]:
    """One entry of the record."""
    del request
    return entry_out(queries.chosen().get(pk=pk))
