"""A person's own account: overview, profile, sessions, a copy of one's data, leaving."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.people import identities, profiles, queries
from madang.ground.people import queries_account as account_queries
from madang.ground.people.forms_account import LeavingForm, ProfileForm
from madang.ground.people.operations import downloads, leaving, profile, sessions
from madang.ground.people.permissions import actor

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """What the account holds, and the ways to each part of it."""
    user = actor(request.user)
    context = {
        "level": identities.level_of(user),
        "second_factor": queries.has_second_factor(user),
        "official": queries.is_official(user),
        "deletion": account_queries.deletion_of(user),
        "sessions": UserSession.objects.filter(user=user).count(),
    }
    return render(request, "people/account.html", context)


@_both
@login_required
def edit(request: HttpRequest) -> HttpResponse:
    """One's profile: what is said, and what others see of it."""
    user = actor(request.user)
    form = ProfileForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        profile.change_profile(by=user, profile=form.profile())
        messages.success(request, _("Your profile was changed."))
        return redirect("people:profile")
    context = {"form": form, "facets": profiles.registered(), "person": user}
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why an official needs a second factor, and the ways to one."""
    needed = queries.needs_second_factor(request.user)
    return render(request, "people/second_factor.html", {"needed": needed})


@require_safe
@login_required
def seen(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    found = account_queries.sessions(actor(request.user), current=request.session.session_key or "")
    return render(request, "people/sessions.html", {"sessions": found})


@require_POST
@login_required
def session_ending(request: HttpRequest, pk: int) -> HttpResponse:
    """End one session."""
    try:
        sessions.end_session(by=actor(request.user), session_id=pk)
    except sessions.NoSessionError as error:
        raise Http404(_("This session has ended already.")) from error
    messages.success(request, _("That device was signed out."))
    return redirect("people:sessions")


@require_POST
@login_required
def sessions_ending(request: HttpRequest) -> HttpResponse:
    """End every other session."""
    count = sessions.end_sessions(of=actor(request.user), besides=request.session.session_key or "")
    messages.success(request, _("%(count)d other devices were signed out.") % {"count": count})
    return redirect("people:sessions")


@_both
@login_required
def copies(request: HttpRequest) -> HttpResponse:
    """Copies of one's data: ask for one, see how far it is, fetch it."""
    user = actor(request.user)
    if request.method == "POST":
        try:
            downloads.ask_download(by=user, now=timezone.now())
        except downloads.TooManyDownloadsError as refused:
            messages.error(request, str(refused))
        return redirect("people:downloads")
    context = {
        "downloads": account_queries.downloads(user),
        "under_way": account_queries.download_under_way(user),
        "lasts": downloads.LASTS.days,
    }
    return render(request, "people/downloads.html", context)


@never_cache
@require_safe
@login_required
@reauthentication_required
def copy(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """Hand a copy to the person it is of, and to nobody else."""
    found = next((one for one in account_queries.downloads(actor(request.user)) if one.pk == pk), None)
    if found is None or not storages["private"].exists(found.file):
        raise Http404(_("This copy is no longer there. Have a new one made."))
    name = f"madang-{timezone.localdate(found.made_at):%Y-%m-%d}.zip"
    return FileResponse(storages["private"].open(found.file), as_attachment=True, filename=name)


@_both
@login_required
@reauthentication_required
def deletion(request: HttpRequest) -> HttpResponse:
    """Leave: said what becomes of everything, and asked once more who one is."""
    user = actor(request.user)
    form = LeavingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keep = form.cleaned_data["texts"] == "keep"
        leaving.ask_deletion(by=user, keep_texts=keep, now=timezone.now())
        return redirect("people:deletion")
    context = {"form": form, "deletion": account_queries.deletion_of(user), "days": leaving.settings.DELETION_DAYS}
    return render(request, "people/deletion.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def staying(request: HttpRequest) -> HttpResponse:
    """Take the wish to leave back."""
    if leaving.cancel_deletion(by=actor(request.user)):
        messages.success(request, _("Your account stays. Nothing was deleted."))
    return redirect("people:account")
