"""The map of places, and each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.ground.people.authority import ADMINISTER
from madang.ground.people.permissions import can
from madang.ground.places.queries import successors_of
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
