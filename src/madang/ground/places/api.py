"""Places and offices."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Router

from madang.ground.footing.keyset import page
from madang.ground.footing.rest import CURSOR, SIZE, Paged, paged, refuse
from madang.ground.places import queries
from madang.ground.places.shapes import OfficeOut, PlaceDetail, PlaceOut, office_out, place_out

router = Router(tags=["places"])
refuse("not-found", queries.UnknownPlaceError)


@router.get("/places", response=Paged[PlaceOut], operation_id="listPlaces", summary="Places in force")
def list_places(
    request: HttpRequest,
    level: Literal["province", "municipality"] | None = None,
    within: str = "",
    cursor: CURSOR = "",
    size: SIZE = 100,
) -> dict[str, object]:
    """The provinces and municipalities of the site; `within` a code, only what lies directly under that place."""
    rows = queries.places().select_related("parent").defer("boundary", "parent__boundary")
    rows = rows.filter(level=level) if level else rows
    rows = rows.filter(parent__code=within, parent__valid_to=None) if within else rows
    return paged(request, page(rows, by=("id", "id"), after=cursor, size=size), place_out)


@router.get("/places/{code}", response=PlaceDetail, operation_id="getPlace", summary="A place")
def get_place(request: HttpRequest, code: str) -> dict[str, object]:
    """A place with the settings in force there, and where each of them was set."""
    del request
    place = queries.place_by_code(code)
    settings = [
        {"name": name, "value": one.value, "origin": one.origin.code if one.origin else None}
        for name, one in queries.settings_of(place).items()
    ]
    return {**place_out(place), "settings": settings}


@router.get("/places/{code}/offices", response=Paged[OfficeOut], operation_id="listOffices", summary="Its offices")
def list_offices(request: HttpRequest, code: str, cursor: CURSOR = "", size: SIZE = 100) -> dict[str, object]:
    """The offices of a place with their mandates, from which owners of agenda items are chosen."""
    rows = queries.offices_of(queries.place_by_code(code)).defer("place__boundary")
    return paged(request, page(rows, by=("id", "id"), after=cursor, size=size), office_out)


@router.get("/offices/{int:pk}", response=OfficeOut, operation_id="getOffice", summary="An office")
def get_office(request: HttpRequest, pk: int) -> dict[str, object]:
    """One office in force."""
    del request
    return office_out(queries.office(pk))
