"""People and roles of a place: inviting, extending, ending."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.people import authority, operations
from madang.ground.people.forms_administration import InviteToRoleForm, ReasonForm, TermForm, end_of
from madang.ground.people.models import Role
from madang.ground.people.permissions import actor, can, require
from madang.ground.people.queries import administration
from madang.ground.people.views.frame import administered, carried_out, found, frame, status_of
from madang.ground.places.queries import offices_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.ground.places.models import Place


@login_required
@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """Who is what here, until when, named by whom; and who is invited."""
    place, now = administered(request, code), timezone.now()
    page = administration.roles_at(place, now=now, after=request.GET.get("after", ""))
    role: Any
    for role in page.rows:
        role.may_end = can(request.user, authority.END, role)
        role.may_extend = can(request.user, authority.GRANT, role)
        role.ends_soon = bool(role.expires_at and role.expires_at - now < timedelta(days=30))
    context = frame(request, place, "roles", _("People and roles"), page=page, now=now)
    context["invitations"] = administration.invitations_at(place)
    context["prev_url"] = f"?after={page.previous}" if page.previous else ""
    context["next_url"] = f"?after={page.next}" if page.next else ""
    return render(request, "people/administration/roles.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody to a role."""
    place = administered(request, code)
    form = InviteToRoleForm(request.POST or None, place=place, by=request.user, offices=list(offices_of(place)))

    def send() -> object:
        return operations.invite_to_role(**form.invited(), by=actor(request.user), now=timezone.now())

    if request.method == "POST" and form.is_valid() and carried_out(send, form, operations.InvitationError):
        messages.success(request, _("The letter is on its way. The invitation is good for two weeks."))
        return redirect("administration:roles", code)
    title = _("Invite somebody to a role")
    context = frame(request, place, "roles", title, form=form, title=title, submit=_("Send the invitation"))
    return render(request, "people/administration/form.html", context, status=status_of(request))


def _role(place: Place, pk: int) -> Role:
    role = administration.role_for_page(pk)
    here = role and (role.place_id == place.pk or (role.office and role.office.place_id == place.pk))
    if role is None or not here:
        raise Http404
    return role


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Move the day on which a role ends."""
    place = found(code)
    role = _role(place, pk)
    require(request.user, authority.GRANT, role)
    last = timezone.localdate(role.expires_at - timedelta(seconds=1)) if role.expires_at else None
    form = TermForm(request.POST or None, initial={"until": last})

    def extend() -> object:
        data = form.cleaned_data
        return operations.extend(
            role=role, expires_at=end_of(data["until"]), reason=data["reason"], by=actor(request.user),
            now=timezone.now(),
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and carried_out(extend, form, operations.RoleError):
        messages.success(request, _("The changes are kept."))
        return redirect("administration:roles", code)
    return _decision(request, place, role, form, _("Move the end of the role"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ending(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a role now."""
    place = found(code)
    role = _role(place, pk)
    require(request.user, authority.END, role)
    form = ReasonForm(request.POST or None)

    def end() -> object:
        return operations.end(role=role, **form.cleaned_data, by=actor(request.user), now=timezone.now())

    if request.method == "POST" and form.is_valid() and carried_out(end, form, operations.RoleError):
        messages.success(request, _("The role has ended."))
        own = role.user_id == request.user.pk
        return redirect("/me/roles/") if own else redirect("administration:roles", code)
    return _decision(request, place, role, form, _("End the role"))


def _decision(request: HttpRequest, place: Place, role: Role, form: ReasonForm, title: str) -> HttpResponse:
    context = frame(request, place, "roles", title, form=form, title=title, role=role, submit=_("Decide"))
    return render(request, "people/administration/form.html", context, status=status_of(request))
