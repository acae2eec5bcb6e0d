"""Supporting, following and commenting: each a noun under the proposal's address, posted to or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.explore.proposals.operations import commenting, supporting
from madang.explore.proposals.queries import clocks
from madang.explore.proposals.queries.clocks import terms_of
from madang.explore.proposals.views.responses import back_to, method_of, sign_in, wants_fragment

if TYPE_CHECKING:
    from django.http import HttpRequest

CHANGES = ["GET", "HEAD", "POST", "DELETE"]


def _page_of(pk: int, anchor: str) -> str:
    return f"{reverse('proposals:detail', args=[pk])}#{anchor}"


@require_http_methods(CHANGES)
def support(request: HttpRequest, pk: int) -> HttpResponse:
    """Back a proposal (POST), or take that back (DELETE). Read, it leads to the button."""
    if request.method in {"GET", "HEAD"}:
        return redirect(_page_of(pk, "support"))
    if not request.user.is_authenticated:
        return sign_in(request, _page_of(pk, "support"))
    try:
        if method_of(request) == "DELETE":
            result, wanted = supporting.take_back_support(proposal_id=pk, by=request.user), False
        else:
            result, wanted = supporting.support(proposal_id=pk, by=request.user, now=timezone.now()), True
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except supporting.NotOpenToSupportError as refused:
        return _refused(request, pk, str(refused))
    return _supported(request, result, wanted=wanted)


def _supported(request: HttpRequest, result: supporting.Supported, *, wanted: bool) -> HttpResponse:
    if wants_fragment(request):
        terms = terms_of(result.proposal.place)
        context = {
            "proposal": result.proposal,
            "supported": wanted,
            "row": "row" in request.GET,
            "terms": terms,
            "clock": clocks.read(result.proposal, terms, timezone.now()),
        }
        return render(request, "proposals/_support_result.html", context)
    if result.clock_started:
        messages.success(request, _("With your support an office now owes this proposal an answer."))
    elif result.changed:
        messages.success(request, _("You support this proposal.") if wanted else _("Your support was taken back."))
    return back_to(request, _page_of(result.proposal.pk, "support"))


def _refused(request: HttpRequest, pk: int, reason: str) -> HttpResponse:
    if wants_fragment(request):
        return render(request, "proposals/_refused.html", {"reason": reason}, status=409)
    messages.error(request, reason)
    return redirect(_page_of(pk, "main"))


@require_http_methods(CHANGES)
def following(request: HttpRequest, pk: int) -> HttpResponse:
    """Be told what becomes of a proposal (POST), or no longer (DELETE)."""
    if request.method in {"GET", "HEAD"}:
        return redirect(_page_of(pk, "following"))
    if not request.user.is_authenticated:
        return sign_in(request, _page_of(pk, "following"))
    try:
        if method_of(request) == "DELETE":
            commenting.unfollow(proposal_id=pk, by=request.user)
            messages.success(request, _("You are no longer told about this proposal."))
        else:
            commenting.follow(proposal_id=pk, by=request.user, now=timezone.now())
            messages.success(request, _("You will be told what becomes of this proposal."))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except commenting.NotOpenToCommentsError as refused:
        messages.error(request, str(refused))
    return redirect(_page_of(pk, "following"))
