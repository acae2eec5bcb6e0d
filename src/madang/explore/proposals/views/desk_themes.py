"""Themes at the desk: named, computed anew, taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.explore.proposals.forms_desk import ThemeNameForm
from madang.explore.proposals.models import Theme
from madang.explore.proposals.operations import theming
from madang.explore.proposals.permissions_desk import DECIDE
from madang.explore.proposals.queries import desk, theme_stats
from madang.explore.proposals.views.desk_frame import actor, carried_out, crumbs, enter, tabs
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.explore.proposals.queries.desk import Scope
    from madang.ground.places.models import Place


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The current themes of my province."""
    scope = enter(request)
    province = _province(request.GET.get("place", ""), scope)
    run = theme_stats.current_run(province)
    context = {
        "province": province,
        "provinces": [
            {"label": one.name, "url": f"?place={one.code}", "current": one.pk == province.pk}
            for one in scope.provinces
        ],
        "run": run,
        "rows": theme_stats.theme_rows(run) if run else [],
        "computation": theme_stats.computation_of(province),
        "may_decide": can(request.user, DECIDE, province),
        "tabs": tabs("themes", scope, desk.counts(scope)),
        "crumbs": crumbs((_("Themes"), "")),
    }
    return render(request, "desk/themes.html", context)


@login_required
@require_POST
def computation(request: HttpRequest) -> HttpResponse:
    """Ask for the themes of a province anew (POST: place)."""
    scope = enter(request)
    province = _province(request.POST.get("place", ""), scope)
    require(request.user, DECIDE, province)
    if not theming.request_themes(place=province, by=actor(request), now=timezone.now()).new:
        messages.info(request, _("A computation is under way already; you can follow it here."))
    return redirect(f"{reverse('desk:themes')}?place={province.code}")


@login_required
@require_POST
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a theme by another name (POST: name)."""
    theme = get_object_or_404(Theme.objects.select_related("run__place"), pk=pk)
    require(request.user, DECIDE, theme.run.place)
    form = ThemeNameForm(request.POST)
    rename = lambda: theming.rename_theme(  # noqa: E731
        theme=theme,
        name=form.data.get("name", ""),
        by=actor(request),
        now=timezone.now(),
    )
    if carried_out(rename, request=request):
        messages.success(request, _("The theme has its new name."))
    return redirect(f"{reverse('desk:themes')}?place={theme.run.place.code}#theme-{pk}")


def _province(code: str, scope: Scope) -> Place:
    if not scope.edited:
        raise PermissionDenied
    provinces = scope.provinces
    return next((one for one in provinces if one.code == code), provinces[0])
