"""The map of places, and each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from madang.ground.places.queries import UnknownPlaceError, place_by_code, provinces
from madang.web import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def tile_map(request: HttpRequest) -> HttpResponse:
    """Every municipality as an equal tile, with a table twin."""
    return render(request, "web/places/map.html", {"tiles": queries.tiles(), "provinces": list(provinces())})


def place(request: HttpRequest, code: str) -> HttpResponse:
    """What one place pursues and hears."""
    try:
        found = place_by_code(code)
    except UnknownPlaceError as problem:
        raise Http404(str(problem)) from problem
    return render(request, "web/places/detail.html", queries.place_page(found, now=timezone.now()))
