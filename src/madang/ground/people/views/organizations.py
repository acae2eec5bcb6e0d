"""The directory of organizations, the page of each, and what its own people do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.people import authority, operations, queries
from madang.ground.people.forms_organizations import (
    DirectoryForm,
    InviteMemberForm,
    OrganizationForm,
    RankForm,
    VerificationForm,
    country_name,
)
from madang.ground.people.models import Membership, Organization
from madang.ground.people.operations import InvitationError, OrganizationError
from madang.ground.people.permissions import actor, can, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Who takes part beside citizens and governments."""
    form = DirectoryForm(request.GET)
    chosen = form.chosen()
    found = queries.directory(**chosen, after=request.GET.get("after", ""))
    context = {"form": form, "found": found, "filtered": any(chosen.values()), **_turning(request, found)}
    return render(request, "people/organizations/list.html", context)


def _turning(request: HttpRequest, found: Any) -> dict[str, str]:
    kept = request.GET.copy()
    urls = {}
    for name, cursor in (("prev_url", found.previous), ("next_url", found.next)):
        kept["after"] = cursor
        urls[name] = f"?{kept.urlencode()}" if cursor else ""
    return urls


def _found(pk: int) -> Organization:
    organization = queries.organization_for_page(pk)
    if organization is None:
        raise Http404
    return organization


def _crumbs(organization: Organization | None, label: str) -> list[dict[str, str]]:
    crumbs = [{"label": _("Organizations"), "url": reverse("organizations:list")}]
    if organization:
        crumbs.append({"label": organization.name, "url": organization.get_absolute_url()})
    return [*crumbs, {"label": label, "url": ""}]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What an organization says of itself, who speaks for it, and for its own people who belongs to it."""
    return _page(request, _found(pk))


def _page(
    request: HttpRequest, organization: Organization, form: InviteMemberForm | None = None, status: int = 200
) -> HttpResponse:
    manages = can(request.user, authority.MEMBERS, organization)
    context = {
        "organization": organization,
        "sheet": queries.sheet(organization, request.user),
        "country": country_name(organization.country),
        "manages": manages,
        "leads": can(request.user, authority.LEAD, organization),
        "ranks": Membership.Rank.choices,
        "form": (form or InviteMemberForm()) if manages else None,
        "crumbs": _crumbs(None, organization.name),
    }
    return render(request, "people/organizations/detail.html", context, status=status)


def _carried_out(call: Callable[[], object], form: forms.BaseForm) -> bool:
    """Whether an operation went through; what it refused stands on the form."""
    try:
        call()
    except (OrganizationError, InvitationError) as problem:
        form.add_error(None, str(problem))
        return False
    return True


@login_required
@read_or_write
def new(request: HttpRequest) -> HttpResponse:
    """Enter an organization."""
    form = OrganizationForm(request.POST or None)
    made: list[Organization] = []

    def found() -> None:
        made.append(operations.found(fields=form.cleaned_data, by=actor(request.user), now=timezone.now()))

    if request.method == "POST" and form.is_valid() and _carried_out(found, form):
        messages.success(request, _("The organization is entered, and you represent it."))
        return redirect(made[0])
    context = {"form": form, "title": _("Enter an organization"), "crumbs": _crumbs(None, _("Enter an organization"))}
    return render(request, "people/organizations/form.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


@login_required
@read_or_write
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what it says of itself."""
    organization = _found(pk)
    require(request.user, authority.EDIT, organization)
    form = OrganizationForm(request.POST or None, instance=organization)

    def revise() -> object:
        return operations.revise(
            organization=organization, fields=form.cleaned_data, by=actor(request.user), now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and _carried_out(revise, form):
        messages.success(request, _("The changes are kept."))
        return redirect("organizations:detail", pk)
    context = {
        "form": form,
        "title": _("Change"),
        "organization": organization,
        "crumbs": _crumbs(organization, _("Change")),
    }
    return render(request, "people/organizations/form.html", context, status=_status(request))


@login_required
@read_or_write
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """The organization is no more."""
    organization = _found(pk)
    require(request.user, authority.LEAD, organization)
    if request.method == "POST":
        operations.close(organization=organization, by=actor(request.user), now=timezone.now())
        messages.success(request, _("The organization is closed."))
        return redirect("organizations:detail", pk)
    context = {"organization": organization, "crumbs": _crumbs(organization, _("Close the organization"))}
    return render(request, "people/organizations/closure.html", context)


@login_required
@read_or_write
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask officials to confirm the organization."""
    organization = _found(pk)
    require(request.user, authority.EDIT, organization)
    form = VerificationForm(request.POST or None, organization=organization)

    def ask() -> object:
        return operations.ask_for_verification(
            organization=organization, **form.cleaned_data, by=actor(request.user), now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and _carried_out(ask, form):
        messages.success(request, _("The officials were asked. You will be told when they answer."))
        return redirect("organizations:detail", pk)
    context = {
        "form": form,
        "title": _("Ask to be verified"),
        "organization": organization,
        "crumbs": _crumbs(organization, _("Ask to be verified")),
    }
    return render(request, "people/organizations/form.html", context, status=_status(request))


@login_required
@require_POST
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite somebody by e-mail."""
    organization = _found(pk)
    require(request.user, authority.MEMBERS, organization)
    form = InviteMemberForm(request.POST)

    def invite() -> object:
        return operations.invite_member(
            organization=organization, **form.cleaned_data, by=actor(request.user), now=timezone.now()
        )

    if form.is_valid() and _carried_out(invite, form):
        messages.success(request, _("The letter is on its way. The invitation is good for two weeks."))
        return redirect("organizations:detail", pk)
    return _page(request, organization, form, status=422)


def _member(pk: int, member: int) -> Membership:
    rows = Membership.objects.select_related("organization__home", "user")
    found = rows.filter(pk=member, organization=pk, ended_at=None).first()
    if found is None:
        raise Http404
    return found


def _changed(request: HttpRequest, pk: int, call: Callable[[], object], done: str) -> HttpResponse:
    """Back to the page, telling what was done or why it was not."""
    try:
        call()
    except OrganizationError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return redirect("organizations:detail", pk)


@login_required
@require_POST
def rank(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Change what somebody is in it."""
    membership = _member(pk, member)
    require(request.user, authority.MEMBERS, membership.organization)
    form = RankForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the values offered."))
        return redirect("organizations:detail", pk)
    return _changed(
        request, pk,
        lambda: operations.set_rank(membership=membership, **form.cleaned_data, by=actor(request.user)),
        _("The changes are kept."),
    )  # fmt: skip


@login_required
@require_POST
def representation(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Hand one's own representation over to somebody."""
    membership = _member(pk, member)
    require(request.user, authority.LEAD, membership.organization)
    return _changed(
        request, pk,
        lambda: operations.transfer(membership=membership, by=actor(request.user)),
        _("%(name)s represents the organization now.") % {"name": membership.user.display_name},
    )  # fmt: skip


@login_required
@require_POST
def departure(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Leave, or take somebody out."""
    membership = _member(pk, member)
    if membership.user_id != request.user.pk:
        require(request.user, authority.MEMBERS, membership.organization)
    done = (
        _("You left the organization.")
        if membership.user_id == request.user.pk
        else _("%(name)s no longer belongs to it.") % {"name": membership.user.display_name}
    )
    return _changed(
        request, pk,
        lambda: operations.end_membership(membership=membership, by=actor(request.user), now=timezone.now()),
        done,
    )  # fmt: skip
