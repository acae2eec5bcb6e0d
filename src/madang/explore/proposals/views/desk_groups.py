"""Judging near-duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.explore.proposals.models import DuplicateGroup
from madang.explore.proposals.operations import grouping
from madang.explore.proposals.permissions_desk import DECIDE
from madang.explore.proposals.queries import desk, groups
from madang.explore.proposals.views.desk_frame import actor, around, carried_out, crumbs, enter, tabs
from madang.explore.proposals.views.responses import method_of
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The groups that wait for a decision, those merged, those kept apart."""
    scope = enter(request)
    if not scope.edited:
        raise PermissionDenied
    status = request.GET.get("status", "")
    status = status if status in DuplicateGroup.Status.values else DuplicateGroup.Status.SUGGESTED
    found = desk.groups_page(status, scope, after=request.GET.get("after", ""))
    context = {
        "found": found,
        "status": status,
        "kinds": [
            {"label": kind.label, "url": f"?status={kind}", "current": kind == status} for kind in DuplicateGroup.Status
        ],
        "tabs": tabs("groups", scope, desk.counts(scope)),
        "crumbs": crumbs((_("Near-duplicates"), "")),
        **around(request, found.next, found.previous),
    }
    return render(request, "desk/groups.html", context)


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One group, its voices beside each other."""
    group = _group(request, pk)
    context = {
        "group": group,
        "beside": groups.side_by_side(group),
        "waiting": group.status == DuplicateGroup.Status.SUGGESTED,
        "may_decide": can(request.user, DECIDE, group.place),
        "crumbs": crumbs((_("Near-duplicates"), reverse("desk:groups")), (_("Side by side"), "")),
    }
    return render(request, "desk/group.html", context)


@login_required
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge the group (POST: canonical), or undo the merge (DELETE, also as _method)."""
    group, now = _group(request, pk), timezone.now()
    if method_of(request) == "DELETE":
        undo = lambda: grouping.undo_merge(group=group, by=actor(request), now=now)  # noqa: E731
        return _done(
            request, pk, undo, _("The merge is undone: every proposal stands as before, with its own supporters.")
        )
    chosen = _number(request.POST.get("canonical", ""))
    accept = lambda: grouping.accept_group(group=group, canonical=chosen, by=actor(request), now=now)  # noqa: E731
    return _done(request, pk, accept, _("Merged. Every author is named and told, and every supporter counts once."))


@login_required
@require_POST
def separation(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the voices of the group apart."""
    group = _group(request, pk)
    apart = lambda: grouping.keep_apart(group=group, by=actor(request), now=timezone.now())  # noqa: E731
    return _done(request, pk, apart, _("Kept apart. These proposals will not be suggested together again."))


@login_required
@require_POST
def removal(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Take one voice out of the group."""
    group = _group(request, pk)
    remove = lambda: grouping.remove_member(group=group, proposal=proposal, by=actor(request), now=timezone.now())  # noqa: E731
    return _done(request, pk, remove, _("Taken out. It will not be suggested with the others again."))


def _group(request: HttpRequest, pk: int) -> DuplicateGroup:
    try:
        group = groups.group(pk)
    except DuplicateGroup.DoesNotExist as missing:
        raise Http404(_("There is no such group; it may have been folded into another.")) from missing
    require(request.user, DECIDE, group.place)
    return group


def _done(request: HttpRequest, pk: int, act: Callable[[], object], text: str) -> HttpResponse:
    if carried_out(act, request=request):
        messages.success(request, text)
    return redirect("desk:group", pk=pk)


def _number(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) < 19 else None
