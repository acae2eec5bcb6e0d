"""The report of a deliberation: a page, a PDF, and its data to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.explore.deliberations.models import Map
from madang.explore.deliberations.permissions import EDIT
from madang.explore.deliberations.queries import exchange, reporting, showing
from madang.explore.deliberations.views.frame import inside, page, readable
from madang.ground.footing import documents
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from madang.explore.deliberations.models import Deliberation


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a page; statements below it in parts of fifty."""
    deliberation = readable(request, pk)
    drawn = showing.current(deliberation, request.GET.get("method", "honest"))
    found = reporting.report(deliberation, drawn, first=_number(request.GET.get("from", ""))) if drawn else None
    context = {
        "deliberation": deliberation, "map": drawn, "report": found, "shown": found.shown if found else None,
        "crumbs": inside(deliberation, _("Report of results")), "open_data": _open(request, deliberation),
        "tab": "report",
    }  # fmt: skip
    return page(request, "deliberations/report.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The report to print and to send on. A document of the same map is made once and then kept for a while."""
    deliberation = readable(request, pk)
    drawn = showing.current(deliberation, request.GET.get("method", "honest"))
    if drawn is None:
        raise Http404(_("There is no report yet: it is made soon after the first votes."))
    content = reporting.pdf(deliberation, drawn, language=(get_language() or "ko").split("-")[0])
    return documents.response(content, name=f"deliberation-{pk}")


@require_safe
def data(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of the deliberation as Polis exports it: everybody's once voting has ended, the office's at any time."""
    deliberation = readable(request, pk)
    if name not in exchange.FILES:
        raise Http404(_("There is no such file."))
    if not _open(request, deliberation):
        raise PermissionDenied(_("The votes become open data when voting has ended."))
    drawn = showing.current(deliberation)
    whole = Map.objects.filter(pk=drawn.pk).defer("open_votes").first() if drawn else None
    site = request.build_absolute_uri("/").rstrip("/")
    body = exchange.FILES[name](deliberation, whole, site)
    return StreamingHttpResponse(
        body, content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )  # fmt: skip


def _open(request: HttpRequest, deliberation: Deliberation) -> bool:
    return deliberation.status == deliberation.Status.CLOSED or can(request.user, EDIT, deliberation)
