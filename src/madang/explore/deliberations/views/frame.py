"""What every page of a deliberation shares: the deliberation or 404, crumbs, pages around, who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.permissions import EDIT, READ
from madang.explore.deliberations.queries import detail as details
from madang.ground.footing.requests import wants_fragment
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """A page, or its named part for htmx. Both stand under one address, so caches must tell them apart."""
    name = f"{template}#{partial}" if partial and wants_fragment(request) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def readable(request: HttpRequest, pk: int) -> Deliberation:
    """The deliberation, if this person may read it; what is not public yet is not there for others."""
    try:
        found = details.find(pk, viewer=request.user)
    except Deliberation.DoesNotExist as missing:
        raise Http404(_("There is no such deliberation.")) from missing
    if not can(request.user, READ, found):
        raise Http404(_("There is no such deliberation, or it is not public."))
    return found


def editable(request: HttpRequest, pk: int) -> Deliberation:
    """The deliberation, for those who prepare and moderate it. Raises PermissionDenied for others."""
    try:
        found = details.find(pk, viewer=request.user)
    except Deliberation.DoesNotExist as missing:
        raise Http404(_("There is no such deliberation.")) from missing
    require(request.user, EDIT, found)
    return found


def crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    """The breadcrumb below "Deliberations"."""
    top = [{"label": _("Deliberations"), "url": reverse("deliberations:list") if trail else ""}]
    return top + [{"label": label, "url": url} for label, url in trail]


def inside(deliberation: Deliberation, here: str) -> list[dict[str, str]]:
    """The breadcrumb of a page below a deliberation's own."""
    return crumbs((deliberation.title, deliberation.get_absolute_url()), (here, ""))


def turning(request: HttpRequest, found: object) -> dict[str, str]:
    """Addresses of the pages around, filters kept."""
    links = {}
    for name, cursor in (("next_url", found.next), ("prev_url", found.previous)):  # type: ignore[attr-defined]
        query = request.GET.copy()
        query["after"] = cursor
        links[name] = f"?{query.urlencode()}" if cursor else ""
    return links
