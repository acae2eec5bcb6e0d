"""Reading themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.explore.proposals.doors import doors_of
from madang.explore.proposals.models import Theme
from madang.explore.proposals.queries import themes
from madang.explore.proposals.views.responses import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The themes of a province, largest or fastest growing first."""
    found = themes.overview(province=request.GET.get("place", ""), order=request.GET.get("order", ""))
    tabs = [
        {"label": run.place.name, "url": f"?place={run.place.code}", "current": found.run == run, "count": None}
        for run in found.runs
    ]
    context = {"found": found, "tabs": tabs, "crumbs": [{"label": _("Themes"), "url": ""}]}
    return page(request, "themes/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One theme."""
    try:
        found = themes.detail(pk, now=timezone.now())
    except Theme.DoesNotExist as missing:
        raise Http404(_("There is no such theme. Themes are computed anew from time to time.")) from missing
    trail = [{"label": _("Themes"), "url": reverse("themes:list")}, {"label": str(found.theme), "url": ""}]
    context = {
        "found": found, "theme": found.theme, "crumbs": trail, "doors": doors_of(found.theme, request.user),
    }  # fmt: skip
    return page(request, "themes/detail.html", context)
