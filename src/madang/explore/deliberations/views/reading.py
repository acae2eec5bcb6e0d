"""Reading deliberations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.views.decorators.http import require_safe

from madang.explore.deliberations.queries import detail as details
from madang.explore.deliberations.queries import listing
from madang.explore.deliberations.views.frame import crumbs, page, readable, turning
from madang.explore.deliberations.views.taking_part import guest_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list: by place and state, pages by key."""
    found = listing.browse(request.GET)
    context = {
        "found": found, "page": found.page, "states": listing.STATES, "crumbs": crumbs(),
        **turning(request, found.page),
    }  # fmt: skip
    return page(request, "deliberations/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One deliberation: what, who, until when, how long, and what is said about it."""
    deliberation = readable(request, pk)
    found = details.detail(deliberation, viewer=request.user, now=timezone.now(), guest=guest_of(request))
    context = {"detail": found, "deliberation": deliberation, "crumbs": crumbs((deliberation.title, ""))}
    return page(request, "deliberations/detail.html", context)
