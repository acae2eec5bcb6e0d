"""The rules of conversation of a place, their versions, and what moderation did, in figures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.participation import operations, queries
from madang.ground.participation.forms_talk import ConductForm
from madang.ground.participation.views.answers import actor, carried_out, sign_in, status_of
from madang.ground.people.permissions import can, require
from madang.ground.places.queries import UnknownPlaceError, place_by_code

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.ground.places.models import Place

YEAR = timedelta(days=365)


@require_safe
def conduct(request: HttpRequest, code: str) -> HttpResponse:
    """The rules in force at a place; `?version=` shows an earlier one of its own."""
    place = _place(code)
    asked = request.GET.get("version", "")
    known = asked.isascii() and asked.isdecimal() and len(asked) < 7
    shown = queries.version_of(place, int(asked)) if known else queries.code_of(place)
    if shown is None:
        raise Http404(_("There is no such version."))
    context = {
        "place": place,
        "code": shown,
        "current": not known,
        "versions": queries.conduct_versions_of(place),
        "may_edit": can(request.user, "participation.moderate", place),
        "crumbs": [
            {"label": place.name, "url": reverse("places:detail", args=[place.code])},
            {"label": _("Rules of conversation"), "url": ""},
        ],
    }
    return render(request, "talk/conduct.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edition(request: HttpRequest, code: str) -> HttpResponse:
    """Write a new version of a place's rules."""
    if not request.user.is_authenticated:
        return sign_in(request, request.path)
    place = _place(code)
    require(request.user, "participation.moderate", place)
    now_in_force = queries.code_of(place)
    initial = {key: "\n".join(rule.get(key, "") for rule in now_in_force.rules) for key in ("ko", "en")}
    form = ConductForm(request.POST or None, initial=initial)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        refused = carried_out(
            lambda: operations.publish_conduct(place=place, rules=form.rules(), by=actor(request), now=timezone.now()),
            form,
        )
        if refused is None:
            messages.success(
                request, _("The new version is in force. Everybody takes note of it before writing again.")
            )
            return redirect("talk:conduct", place.code)
        status = status_of(refused)
    crumbs = [
        {"label": _("Rules of conversation"), "url": reverse("talk:conduct", args=[place.code])},
        {"label": _("New version"), "url": ""},
    ]
    context = {"place": place, "form": form, "code": now_in_force, "crumbs": crumbs}
    return render(request, "talk/conduct_edit.html", context, status=status)


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """What was reported, hidden and restored in a year, and how long it took."""
    since = timezone.now() - YEAR
    found = queries.figures(since=since)
    context = {
        "whole": found[0] if found else None,
        "places": found[1:],
        "since": since,
        "crumbs": [{"label": _("Moderation in figures"), "url": ""}],
    }
    return render(request, "talk/transparency.html", context)


def _place(code: str) -> Place:
    try:
        return place_by_code(code)
    except UnknownPlaceError as unknown:
        raise Http404(str(unknown)) from unknown
