"""One search over everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.ground.participation.queries import searching
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.ground.participation.queries.searching import Results


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that holds the words, of one kind or of all, at a place or everywhere."""
    found = searching.everything(request.GET)
    context = {
        "found": found,
        "tabs": _tabs(found),
        "places": [(one.code, one.name if not one.parent_id else f"— {one.name}") for one in places()],
        "next_url": _address(found, cursor=found.cursor) if found.cursor else "",
        "crumbs": [{"label": _("Search"), "url": ""}],
    }
    return render(request, "participation/search.html", context)


def _tabs(found: Results) -> list[dict[str, object]]:
    """One tab for everything and one a kind; counts where everything was searched."""
    counted = bool(found.q) and not found.kind
    tabs: list[dict[str, object]] = [
        {"label": _("Everything"), "url": _address(found, kind=""), "current": not found.kind, "count": None}
    ]
    tabs += [
        {
            "label": thing.plural,
            "url": _address(found, kind=thing.key),
            "current": found.kind == thing.key,
            "count": n if counted else None,
        }
        for thing, n in found.kinds
    ]
    return tabs


def _address(found: Results, **changed: str) -> str:
    asked = {"q": found.q, "kind": found.kind, "place": found.place.code if found.place else "", **changed}
    kept = {key: value for key, value in asked.items() if value}
    return f"{reverse('search:search')}?{urlencode(kept)}" if kept else reverse("search:search")
