"""What one was told, and how one wants to be told."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.footing.requests import back_to, method_of
from madang.ground.participation import kinds, operations, queries
from madang.ground.participation.delivery import webpush
from madang.ground.participation.forms import DeviceForm, SettingsForm
from madang.ground.participation.queries import following as reading_wishes
from madang.ground.participation.views.me import page
from madang.ground.people.devices import device_name
from madang.ground.people.permissions import actor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.http import HttpRequest

    from madang.ground.participation.queries import Told


@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """What one was told, newest first, by day and by what it is about."""
    group = request.GET.get("group", "")
    chosen = queries.Filter("unread" in request.GET, group if kinds.find_group(group) else "")
    found = queries.notices_of(actor(request.user), after=request.GET.get("after", ""), chosen=chosen)
    context = {
        "days": list(_days(found.rows)),
        "page": found,
        "chosen": chosen,
        "groups": kinds.groups(),
        "here": request.get_full_path(),
    }
    return page(request, "notices", "participation/_notices.html", context)


def _days(rows: Sequence[Told]) -> Iterator[dict[str, object]]:
    """Notices by day; those that follow each other on one thing or one watch stand together."""
    for day, of_day in groupby(rows, key=lambda told: timezone.localdate(told.at)):
        bundles = [list(bundle) for _key, bundle in groupby(of_day, key=_about)]
        yield {"day": day, "bundles": [{"first": one[0], "rest": one[1:]} for one in bundles]}


def _about(told: Told) -> tuple[str, int]:
    if told.watch:
        return "watch", told.watch
    return ("subject", told.subject) if told.subject else ("notice", told.pk)


@require_POST
@login_required
def reading(request: HttpRequest) -> HttpResponse:
    """Mark all notices read."""
    operations.mark_read(by=actor(request.user), now=timezone.now())
    return redirect("participation:notices")


@require_POST
@login_required
def reading_of_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice read without opening it."""
    if not operations.mark_one_read(by=actor(request.user), notice_id=pk, now=timezone.now()):
        raise Http404(_("There is no such notice."))
    return back_to(request, reverse("participation:notices"))


@require_safe
@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a notice to what it tells of; it then counts as read."""
    found = operations.open_notice(by=actor(request.user), notice_id=pk, now=timezone.now())
    if found is None:
        raise Http404(_("There is no such notice."))
    safe = url_has_allowed_host_and_scheme(found.url, None)
    return redirect(found.url if safe else "participation:notices")


@require_safe
@login_required
def bell(request: HttpRequest) -> HttpResponse:
    """The bell of the header, asked for anew every minute while a page stands open."""
    return render(request, "participation/_bell.html", {"unread": queries.unread_count(actor(request.user))})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How one wants to be told: mail and push by group, quiet hours, a pause, the language."""
    user = actor(request.user)
    found = reading_wishes.settings_of(user)
    form = SettingsForm(request.POST or None, settings=found, language=user.language)
    if request.method == "POST" and form.is_valid():
        operations.set_wishes(wishes=form.wishes(), by=user)
        messages.success(request, _("Kept. From now on you are told as you have chosen."))
        return redirect("participation:notice_settings")
    context = {"found": found, "form": form, "push_key": webpush.public_key()}
    response = page(request, "notices", "participation/_settings.html", context)
    response.status_code = 422 if form.errors else 200
    return response


@require_POST
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """Let this browser show notices (JSON of its subscription, as the browser's script sends it)."""
    form = DeviceForm.of_json(request.body)
    if not form.is_valid():
        return JsonResponse(
            {"error": _("The browser sent no subscription. Reload the page and try again.")}, status=422
        )
    label = device_name(request.headers.get("User-Agent", ""))
    try:
        webpush.check_endpoint(form.cleaned_data["endpoint"])
        operations.add_device(**form.cleaned_data, label=label, by=actor(request.user), now=timezone.now())
    except (webpush.PushRefusedError, operations.WishRefusedError) as refused:
        return JsonResponse({"error": str(refused)}, status=409)
    return JsonResponse({"url": reverse("participation:notice_settings")}, status=201)


@require_http_methods(["POST", "DELETE"])
@login_required
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """Show no more notices in a browser (DELETE)."""
    if method_of(request) != "DELETE":
        return HttpResponse(status=405, headers={"Allow": "DELETE"})
    if not operations.remove_device(device_id=pk, by=actor(request.user)):
        raise Http404(_("There is no such browser."))
    messages.success(request, _("This browser shows no more notices."))
    return redirect("participation:notice_settings")


@require_POST
@login_required
def address(request: HttpRequest) -> HttpResponse:
    """Try one's own address again after mail to it came back."""
    if operations.lift_suppression(by=actor(request.user)):
        messages.success(request, _("From the next notice on, mail goes to your address again."))
    return redirect("participation:notice_settings")
