"""Offices of a place, the places below it, and what becomes of its code and name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.people import authority, operations
from madang.ground.people.forms_administration import OfficeForm, RetirementForm, SuccessionForm
from madang.ground.people.permissions import actor, require
from madang.ground.people.queries import administration
from madang.ground.people.views.frame import administered, carried_out, found, frame, status_of
from madang.ground.places.operations import OfficeError, SuccessionError
from madang.ground.places.queries import offices_of, origins_of, places

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.ground.places.models import Office, Place

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def offices(request: HttpRequest, code: str) -> HttpResponse:
    """Every office with the people who answer for it."""
    place = administered(request, code)
    context = frame(request, place, "offices", _("Offices"), offices=administration.offices_at(place))
    return render(request, "people/administration/offices.html", context)


@login_required
@read_or_write
def new_office(request: HttpRequest, code: str) -> HttpResponse:
    """A new office."""
    place = administered(request, code)
    form = OfficeForm(request.POST or None, offices=list(offices_of(place)))

    def create() -> object:
        return operations.create_office(
            place=place, fields=form.cleaned_data, by=actor(request.user), now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and carried_out(create, form, OfficeError):
        messages.success(request, _("The office is created."))
        return redirect("administration:offices", code)
    title = _("New office")
    context = frame(request, place, "offices", title, form=form, title=title, submit=_("Create the office"))
    return render(request, "people/administration/form.html", context, status=status_of(request))


def _office(place: Place, pk: int) -> Office:
    office = offices_of(place).filter(pk=pk).first()
    if office is None:
        raise Http404
    return office


@login_required
@read_or_write
def office(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Change an office."""
    place = administered(request, code)
    row = _office(place, pk)
    form = OfficeForm(request.POST or None, instance=row, offices=list(offices_of(place)))

    def change() -> object:
        return operations.change_office(
            office=_office(place, pk), fields=form.cleaned_data, by=actor(request.user), now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and carried_out(change, form, OfficeError):
        messages.success(request, _("The changes are kept."))
        return redirect("administration:offices", code)
    context = frame(
        request, place, "offices", row.name, form=form, title=row.name, office=row, submit=_("Keep the changes")
    )
    return render(request, "people/administration/form.html", context, status=status_of(request))


@login_required
@read_or_write
def retirement(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take an office out of service, or merge it into another."""
    place = administered(request, code)
    row = _office(place, pk)
    form = RetirementForm(request.POST or None, offices=[one for one in offices_of(place) if one.pk != pk])

    def retire() -> object:
        return operations.retire_office(office=row, **form.cleaned_data, by=actor(request.user), now=timezone.now())

    done = form.is_valid() and carried_out(retire, form, OfficeError, operations.RoleError)
    if request.method == "POST" and done:
        messages.success(request, _("The office is out of service."))
        return redirect("administration:offices", code)
    title = _("Take out of service or merge")
    context = frame(request, place, "offices", title, form=form, title=title, lede=row.name, submit=_("Decide"))
    return render(request, "people/administration/form.html", context, status=status_of(request))


@login_required
@require_safe
def below(request: HttpRequest, code: str) -> HttpResponse:
    """The places below, each with its administrators."""
    place = administered(request, code)
    rows = administration.below(place, now=timezone.now())
    context = frame(request, place, "places", _("Places below"), rows=rows)
    return render(request, "people/administration/places.html", context)


@login_required
@read_or_write
def succession(request: HttpRequest, code: str) -> HttpResponse:
    """A new name or code, a merger, a division: decided by the place above."""
    place = found(code)
    require(request.user, authority.ADMINISTER if place.parent else authority.SET_UP, place.parent or place)
    siblings = list(places().filter(parent=place.parent)) if place.parent else []
    form = SuccessionForm(request.POST or None, place=place, siblings=siblings)
    done = []

    def succeed() -> None:
        data = form.cleaned_data
        done.append(
            operations.succeed(
                predecessors=form.predecessors(), successors=data["successors"], on=data["on"], reason=data["reason"],
                by=actor(request.user), now=timezone.now(),
            )
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and carried_out(succeed, form, SuccessionError):
        messages.success(request, _("The change is made. The old address leads to the new place."))
        return redirect("places:detail", done[0].heir.code)
    title = _("New name or code, merger, division")
    warning = _("This cannot be undone. Everything here goes over to the first place named.")
    context = frame(request, place, "overview", title, form=form, title=title, lede=place.name, submit=_("Decide"))
    context |= {"origins": origins_of(place), "warning": warning}
    return render(request, "people/administration/form.html", context, status=status_of(request))
