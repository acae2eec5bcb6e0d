"""Following things, and watching for what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.ground.footing.requests import back_to, method_of, to_sign_in, wants_fragment
from madang.ground.participation import operations, things
from madang.ground.participation.forms import WatchForm
from madang.ground.participation.models import Subject, Watch
from madang.ground.participation.queries import following
from madang.ground.people.permissions import actor

if TYPE_CHECKING:
    from django.http import HttpRequest

CHANGES = ["GET", "HEAD", "POST", "DELETE"]


def _page_of(subject: int) -> str:
    card = things.card(subject)
    if card is None:
        raise Http404(_("There is no such thing to follow."))
    return card.url


@require_http_methods(CHANGES)
def follow(request: HttpRequest, subject: int) -> HttpResponse:
    """Be told what becomes of a thing (POST), or no longer (DELETE). Read, it leads to the thing."""
    if request.method in {"GET", "HEAD"}:
        return redirect(_page_of(subject))
    if not request.user.is_authenticated:
        return to_sign_in(request, _page_of(subject))
    wanted = method_of(request) != "DELETE"
    try:
        if wanted:
            operations.follow(subject_id=subject, by=actor(request.user), now=timezone.now())
        else:
            operations.unfollow(subject_id=subject, by=actor(request.user))
    except Subject.DoesNotExist as missing:
        raise Http404(_("There is no such thing to follow.")) from missing
    except operations.NotFollowableError as refused:
        return _refused(request, str(refused), _page_of(subject))
    if wants_fragment(request):
        context = {"subject": subject, "followed": wanted, "large": "large" in request.POST, "said": True}
        return render(request, "participation/_follow.html", context)
    messages.success(
        request, _("You will be told what becomes of it.") if wanted else _("You are no longer told of it.")
    )
    return back_to(request, _page_of(subject))


def _refused(request: HttpRequest, reason: str, back: str) -> HttpResponse:
    if wants_fragment(request):
        return HttpResponse(status=409)
    messages.error(request, reason)
    return redirect(back)


@require_http_methods(["POST", "DELETE"])
def muting(request: HttpRequest, subject: int) -> HttpResponse:
    """Hear no more of a thing (POST), or hear of it again (DELETE)."""
    if not request.user.is_authenticated:
        return to_sign_in(request, reverse("participation:notices"))
    back = reverse("participation:notices")
    if method_of(request) == "DELETE":
        operations.unmute(subject_id=subject, by=actor(request.user))
        messages.success(request, _("You hear of it again."))
        return back_to(request, back)
    try:
        operations.mute(subject_id=subject, by=actor(request.user), now=timezone.now())
    except Subject.DoesNotExist as missing:
        raise Http404(_("There is no such thing to follow.")) from missing
    messages.success(request, _("You hear no more of it. You can undo this in the notice settings."))
    return back_to(request, back)


@require_http_methods(["GET", "HEAD", "POST"])
def watches(request: HttpRequest) -> HttpResponse:
    """Ask to be told of what is new at a place, in a field or with words: a form, and its answer."""
    if not request.user.is_authenticated:
        asked = {
            key: value for key, value in {**request.GET.dict(), **request.POST.dict()}.items() if key in WatchForm.KEYS
        }
        return to_sign_in(request, f"{reverse('following:watches')}?{urlencode(asked)}")
    sent = request.method == "POST"
    form = WatchForm(request.POST) if sent else WatchForm(initial=request.GET.dict())
    if sent and form.is_valid():
        try:
            made = operations.watch(wanted=form.wanted(), by=actor(request.user), now=timezone.now())
        except operations.WatchRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("You will be told of what is new: %(what)s") % {"what": following.describe(made)}
            )
            return back_to(request, reverse("participation:section", args=["following"]))
    crumbs = [
        {"label": _("My page"), "url": reverse("participation:section", args=["following"])},
        {"label": _("Tell me of what is new"), "url": ""},
    ]
    context = {"form": form, "crumbs": crumbs, "watch": None if sent else _already(request)}
    return render(request, "participation/watch.html", context, status=422 if sent else 200)


def _already(request: HttpRequest) -> Watch | None:
    """One's own watch for exactly what the address asks for."""
    form = WatchForm(request.GET)
    return following.same_watch(actor(request.user), form.wanted().criteria()) if form.is_valid() else None


@require_http_methods(["POST", "DELETE"])
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Be told no more (DELETE)."""
    back = reverse("participation:section", args=["following"])
    if not request.user.is_authenticated:
        return to_sign_in(request, back)
    if method_of(request) != "DELETE":
        return HttpResponse(status=405, headers={"Allow": "DELETE"})
    if not operations.unwatch(watch_id=pk, by=actor(request.user)):
        raise Http404(_("You do not follow this."))
    messages.success(request, _("You are no longer told of this."))
    return back_to(request, back)
