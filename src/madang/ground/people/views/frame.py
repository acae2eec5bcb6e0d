"""What every page of an administration shares: the place, who may be there, the tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.ground.people import authority
from madang.ground.people.permissions import can, require
from madang.ground.people.queries import EDITORS, holds
from madang.ground.places.queries import UnknownPlaceError, place_by_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest

    from madang.ground.places.models import Place


def administered(request: HttpRequest, code: str) -> Place:
    """The place, for whoever administers it. Raises PermissionDenied, Http404."""
    place = found(code)
    require(request.user, authority.ADMINISTER, place)
    return place


def found(code: str) -> Place:
    try:
        return place_by_code(code if code.isalnum() else "")
    except UnknownPlaceError as problem:
        raise Http404(str(problem)) from problem


def edits(request: HttpRequest, place: Place) -> bool:
    """Officers answer for organizations too, without administering anything else."""
    return holds(request.user, EDITORS, place=place)


def frame(request: HttpRequest, place: Place, tab: str, *crumbs: str, **context: Any) -> dict[str, Any]:
    """Context of a page: place, tabs, breadcrumb."""
    administers = can(request.user, authority.ADMINISTER, place)
    names = [
        ("overview", _("At a glance")), ("roles", _("People and roles")), ("offices", _("Offices")),
        ("settings", _("Settings")), ("requests", _("Organizations")),
    ]  # fmt: skip
    if place.parent_id is None:
        names.insert(4, ("places", _("Places below")))
    shown = names if administers else [one for one in names if one[0] == "requests"]
    tabs = [
        {"label": label, "url": reverse(f"administration:{key}", args=[place.code]), "current": key == tab}
        for key, label in shown
    ]
    trail = [
        {"label": place.name, "url": reverse("places:detail", args=[place.code])},
        {"label": _("Administration"), "url": tabs[0]["url"]},
        *({"label": crumb, "url": ""} for crumb in crumbs),
    ]
    return {"place": place, "tabs": tabs, "crumbs": trail, "administers": administers, **context}


def carried_out(call: Callable[[], object], form: forms.BaseForm, *refusals: type[Exception]) -> bool:
    """Whether an operation went through; what it refused stands on the form, with everything typed."""
    try:
        call()
    except refusals as problem:
        form.add_error(None, str(problem))
        return False
    return True


def status_of(request: HttpRequest) -> int:
    """A form sent back with its errors is no success."""
    return 422 if request.method == "POST" else 200
