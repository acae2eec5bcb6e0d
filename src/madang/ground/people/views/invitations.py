"""Taking up an invitation; sending it again; taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.ground.people import operations, queries
from madang.ground.people.models import Invitation
from madang.ground.people.operations import InvitationError
from madang.ground.people.operations.invitations import (
    RELATED,
    accept_own,
    hash_of,
    problem_with,
    require_inviter,
)
from madang.ground.people.permissions import actor
from madang.ground.people.queries.invitations import proposed_role, what_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


@never_cache
@require_safe
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """What is offered, by whom, until when; and the button, for whoever reads that mailbox."""
    return _page(request, token)


def _page(request: HttpRequest, token: str, problem: str = "", status: int = 200) -> HttpResponse:
    invitation = queries.invitation_by_hash(hash_of(token))
    if invitation is None:
        raise Http404(_("There is no such invitation. Open the newest letter: an older link stops working."))
    address = getattr(request.user, "email", "").lower()
    context = {
        "invitation": invitation,
        "token": token,
        "what": what_of(invitation),
        "role": None if invitation.organization else proposed_role(invitation),
        "problem": problem or problem_with(invitation, timezone.now()),
        "fits": address == invitation.email,
        "known": bool(address),
    }
    response = render(request, "people/invitations/detail.html", context, status=status)
    # The address is the key: it leaves this page with nobody.
    response["Referrer-Policy"] = "no-referrer"
    return response


def _done(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome: %(what)s") % {"what": what_of(invitation)})
    return redirect(invitation.organization) if invitation.organization else redirect("/me/roles/")


@login_required
@require_POST
def acceptance(request: HttpRequest, token: str) -> HttpResponse:
    """Take it up by the link in the letter."""
    try:
        invitation = operations.accept(token=token, by=actor(request.user), now=timezone.now())
    except (InvitationError, operations.OrganizationError) as problem:
        return _page(request, token, str(problem), status=409)
    return _done(request, invitation)


@login_required
@require_POST
def own_acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it up signed in, without the letter."""
    try:
        invitation = accept_own(invitation_id=pk, by=actor(request.user), now=timezone.now())
    except (InvitationError, operations.OrganizationError) as problem:
        messages.error(request, str(problem))
        return redirect("/me/roles/")
    return _done(request, invitation)


def _offered(pk: int, request: HttpRequest) -> Invitation:
    """An invitation that the person may send again or take back."""
    invitation = Invitation.objects.select_related(*RELATED).filter(pk=pk).first()
    if invitation is None:
        raise Http404
    require_inviter(actor(request.user), invitation)
    return invitation


def _back(request: HttpRequest, invitation: Invitation, call: Callable[[], object], done: str) -> HttpResponse:
    try:
        call()
    except InvitationError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    if invitation.organization:
        return redirect(invitation.organization)
    place = invitation.place or (invitation.office.place if invitation.office else None)
    return redirect("administration:roles", place.code) if place else redirect("home")


@login_required
@require_POST
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it again, with a new link."""
    invitation, by = _offered(pk, request), actor(request.user)
    return _back(
        request, invitation, lambda: operations.send_again(invitation=invitation, by=by, now=timezone.now()),
        _("A new letter is on its way; the old link no longer works."),
    )  # fmt: skip


@login_required
@require_POST
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back."""
    invitation, by = _offered(pk, request), actor(request.user)
    return _back(
        request, invitation, lambda: operations.withdraw(invitation=invitation, by=by, now=timezone.now()),
        _("The invitation is taken back; its link no longer works."),
    )  # fmt: skip
