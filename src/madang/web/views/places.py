"""The map of places, and each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.web import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def tile_map(request: HttpRequest) -> HttpResponse:
    """Every municipality as an equal tile, by proposals or by agenda items, with a table twin."""
    measure = "agenda" if request.GET.get("measure") == "agenda" else "proposals"
    return render(request, "web/places/map.html", queries.place_map(measure))


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """What one place pursues and hears."""
    try:
        context = queries.place_page(code, now=timezone.now())
    except queries.NoSuchPlaceError as problem:
        raise Http404(_("No place has the code %(code)s.") % {"code": code}) from problem
    return render(request, "web/places/detail.html", context)
