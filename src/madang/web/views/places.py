"""The map of places, and each place."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.ground.footing import cells
from madang.ground.people.authority import ADMINISTER, SET_UP
from madang.ground.people.permissions import can
from madang.ground.places.queries import UnknownPlaceError, figures_of, place_by_code, successors_of
from madang.web import queries

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madang.ground.places.models import Place


@require_safe
def tile_map(request: HttpRequest) -> HttpResponse:
    """Every municipality as an equal tile, by proposals or by agenda items, with a table twin."""
    measure = "agenda" if request.GET.get("measure") == "agenda" else "proposals"
    context = {**queries.place_map(measure), "may_set_up": can(request.user, SET_UP)}
    return render(request, "web/places/map.html", context)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """What one place pursues and hears."""
    try:
        context = queries.place_page(code, now=timezone.now())
    except queries.NoSuchPlaceError as problem:
        return _followed(request, code, problem)
    context["may_administer"] = can(request.user, ADMINISTER, context["place"])
    return render(request, "web/places/detail.html", context)


def _followed(request: HttpRequest, code: str, problem: Exception) -> HttpResponse:
    """A code of former times leads to the place that followed it, or to the choice of those that did."""
    followers = successors_of(code)
    if not followers:
        raise Http404(_("No place has the code %(code)s.") % {"code": code}) from problem
    if len(followers) == 1:
        return redirect("places:detail", followers[0].code, permanent=True)
    return render(request, "web/places/followed.html", {"code": code, "followers": followers})


def _place(code: str) -> Place:
    try:
        return place_by_code(code if code.isalnum() else "")
    except UnknownPlaceError as problem:
        raise Http404(str(problem)) from problem


@require_safe
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """What a place and those below it have done, in numbers with their sums."""
    found = _place(code)
    table = figures_of(found)
    groups = [(name, len(list(columns))) for name, columns in groupby(table.columns, key=lambda one: str(one.group))]
    return render(request, "web/places/figures.html", {"place": found, "table": table, "groups": groups})


@require_safe
def figures_table(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a table to take away."""
    del request
    found = _place(code)
    table = figures_of(found)
    kinds = {"own": _("itself"), "below": _("with all below"), "sum": _("sum")}
    head = [_("Code"), _("Place"), _("What is counted"), *(str(one.label) for one in table.columns)]
    rows = [
        [row.place.code, row.place.name, kinds[row.kind], *(cell.value for cell in row.cells)] for row in table.rows
    ]
    response = HttpResponse(cells.table(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="figures-{found.code}.csv"'
    return response
