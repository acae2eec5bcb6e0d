"""What every page of the desk has: who may enter, the tabs, the addresses around a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations.voices import DeskError
from madang.explore.proposals.permissions_desk import OPEN
from madang.explore.proposals.queries import desk
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest

    from madang.explore.proposals.queries.desk import Scope
    from madang.ground.people.models import User


def actor(request: HttpRequest) -> User:
    """The person at the desk; every address of it lets only signed-in people in."""
    return cast("User", request.user)


def enter(request: HttpRequest) -> Scope:
    """The places on this person's desk. Raises PermissionDenied for those without one."""
    require(request.user, OPEN)
    return desk.scope_of(actor(request))


def tabs(current: str, scope: Scope, waiting: dict[str, int] | None = None) -> list[dict[str, object]]:
    """The parts of the desk; those who only answer see the inbox alone."""
    waiting = waiting or {}
    parts = [("inbox", _("Inbox"), "new"), ("due", _("Answer due"), "due")]
    if scope.edited:
        parts += [("groups", _("Near-duplicates"), "groups"), ("themes", _("Themes"), "")]
    addresses = {"inbox": reverse("desk:inbox"), "due": f"{reverse('desk:inbox')}?tab=due"}
    if scope.edited:
        # Invitations and referrals live in the ground below; the tab leads there.
        parts.append(("between", _("Between governments"), ""))
        addresses["between"] = reverse("agenda:desk")
        parts.append(("moderation", _("Moderation"), ""))
        addresses["moderation"] = reverse("talk:queue")
    return [
        {
            "label": label,
            "url": addresses.get(key) or reverse(f"desk:{key}"),
            "current": key == current,
            "count": desk.capped(waiting[count]) if count in waiting else None,
        }
        for key, label, count in parts
    ]


def crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    """The breadcrumb below "Desk"."""
    top = [{"label": _("Desk"), "url": reverse("desk:inbox") if trail else ""}]
    return top + [{"label": label, "url": url} for label, url in trail]


def around(request: HttpRequest, following: str, previous: str) -> dict[str, str]:
    """Addresses of the pages around, filters kept."""
    links = {}
    for name, cursor in (("next_url", following), ("prev_url", previous)):
        query = request.GET.copy()
        query["after"] = cursor
        links[name] = f"?{query.urlencode()}" if cursor else ""
    return links


def voice_or_404(pk: int) -> Proposal:
    try:
        return desk.voice(pk)
    except Proposal.DoesNotExist as missing:
        raise Http404(_("There is no such proposal.")) from missing


def carried_out(
    act: Callable[[], object], *, form: forms.Form | None = None, request: HttpRequest | None = None
) -> bool:
    """Do it; where it is refused, say why on the form (or as a message) and change nothing."""
    try:
        act()
    except DeskError as refused:
        if form is not None:
            form.add_error(None, str(refused))
        elif request is not None:
            messages.error(request, str(refused))
        return False
    return True
