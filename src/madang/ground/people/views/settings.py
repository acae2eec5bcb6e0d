"""What a place has set, where each value comes from, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.people import operations
from madang.ground.people.forms_administration import SettingForm
from madang.ground.people.permissions import actor
from madang.ground.people.queries import administration
from madang.ground.people.views.frame import administered, carried_out, frame, status_of
from madang.ground.places.settings import SettingValueError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """Every setting with the value in force, its origin and its last change."""
    place = administered(request, code)
    context = frame(request, place, "settings", _("Settings"), rows=administration.setting_rows(place))
    return render(request, "people/administration/settings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def setting(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One setting: its history, and the form that sets it or inherits again."""
    place = administered(request, code)
    row = next((one for one in administration.setting_rows(place) if one.setting.key == key), None)
    if row is None:
        raise Http404
    form = SettingForm(request.POST or None, row=row)

    def change() -> object:
        return operations.change_settings(place=place, **form.changes(), by=actor(request.user), now=timezone.now())

    refusals = (operations.SettingsChangedError, operations.NoReasonError, SettingValueError)
    if request.method == "POST" and form.is_valid() and carried_out(change, form, *refusals):
        messages.success(request, _("The changes are kept."))
        return redirect("administration:settings", code)
    history = [
        {
            "change": one,
            "before": row.setting.in_words(one.before) if one.before is not None else _("inherited"),
            "after": row.setting.in_words(one.after) if one.after is not None else _("inherited"),
        }
        for one in administration.setting_history(place, key)
    ]
    context = frame(request, place, "settings", str(row.setting.label), form=form, row=row, history=history)
    return render(request, "people/administration/setting.html", context, status=status_of(request))
