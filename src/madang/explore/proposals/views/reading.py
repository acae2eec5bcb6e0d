"""Reading proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.explore.proposals import extras
from madang.explore.proposals.forms import FilterForm
from madang.explore.proposals.models import Proposal
from madang.explore.proposals.queries import detail as details
from madang.explore.proposals.queries import finding, listing
from madang.explore.proposals.views.responses import DONE, page
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    """The breadcrumb below "Proposals"."""
    top = [{"label": _("Proposals"), "url": reverse("proposals:list")}]
    return top + [{"label": label, "url": url} for label, url in trail]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list: search, filters, order, pages by key."""
    found = listing.browse(request.GET, now=timezone.now())
    form = FilterForm(found.filters, found.offered)
    context = {"found": found, "filters": found.filters, "page": found.page, "form": form, "crumbs": crumbs()}
    response = page(request, "proposals/list.html", context, partial="results")
    # An address worth sharing: without the filters that were left empty.
    asked = {key: str(value) for key, value in request.GET.items() if value}
    response.headers["HX-Push-Url"] = f"{request.path}?{urlencode(asked)}" if asked else request.path
    return response


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal."""
    try:
        found = details.detail(pk, viewer=request.user, now=timezone.now())
    except Proposal.DoesNotExist as missing:
        raise Http404(_("There is no such proposal.")) from missing
    context = {
        "detail": found,
        "proposal": found.proposal,
        "extras": extras.drawn(found.proposal, request.user) if found.readable else [],
        "draft_done": request.session.pop(DONE, "") if request.user.is_authenticated else "",
        "crumbs": crumbs((found.proposal.title if found.readable else _("Proposal"), "")),
    }
    return page(request, "proposals/detail.html", context)


@require_safe
def neighbors(request: HttpRequest, pk: int) -> HttpResponse:
    """Proposals that say something similar, for the side of a proposal's page."""
    proposal = get_object_or_404(Proposal, pk=pk, status__in=Proposal.VISIBLE)
    found = finding.neighbors(proposal, viewer=request.user)
    context = {
        "proposal": proposal,
        "similar": found,
        "crumbs": crumbs((proposal.title, proposal.get_absolute_url()), (_("Similar proposals"), "")),
    }
    return page(request, "proposals/neighbors.html", context, partial="neighbors")


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was changed in a proposal, word by word."""
    proposal = get_object_or_404(Proposal.objects.select_related("author", "place__parent"), pk=pk)
    if not can(request.user, "proposals.read_text", proposal):
        return redirect(proposal)
    trail = crumbs((proposal.title, proposal.get_absolute_url()), (_("Changes"), ""))
    context = {"proposal": proposal, "versions": details.history(proposal), "crumbs": trail}
    return page(request, "proposals/history.html", context)


@require_safe
def comment(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Where a comment's lasting address was before; old links and notices still lead to it."""
    del request, pk
    return redirect("talk:comment", comment_pk)
