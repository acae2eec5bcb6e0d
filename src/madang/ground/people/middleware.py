"""What requests pass: the last sight of a session, the second factor of officials, the way to another site."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone

from madang.ground.people.queries import needs_second_factor

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    Next = Callable[[HttpRequest], HttpResponseBase]

SEEN, SEEN_EVERY = "seen_at", 600
SETTING_UP = ("mfa_", "people:second_factor", "account_logout", "account_reauthenticate", "account_email", "language")
PRIVATE = ("admin:", "account_", "socialaccount_", "usersessions_")


class SessionActivity:
    """Note every ten minutes when a session was last used; allauth's own note costs three queries a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session = request.session
        seen = session.get(SEEN) if session.session_key and request.COOKIES.get(settings.SESSION_COOKIE_NAME) else None
        if seen is not None and time.time() - seen > SEEN_EVERY:
            UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
            session[SEEN] = int(time.time())
        return self.get_response(request)


class SecondFactor:
    """Lead an official without a second factor to setting one up; reading in public goes on meanwhile.

    Their roles are not in force until then (queries.roles_of), so that no door is a way around: this only makes the
    way plain, instead of refusing.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        del args, kwargs
        if not settings.FORCE_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(SETTING_UP) or not needs_second_factor(request.user):
            return None
        # `login_required` marks what it wraps; whatever it does not wrap is for everybody to read.
        private = hasattr(view, "login_url") or name.startswith(
            ("admin:", "account_", "socialaccount_", "usersessions_")
        )
        if request.method in {"GET", "HEAD", "OPTIONS"} and not private:
            return None
        return redirect("people:second_factor")


class LeavingSite:
    """Turn a redirect of a form to another site into a page that leads there.

    The policy of our pages lets forms go to this site alone, and browsers hold a form's redirects to it as well.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        target = response.headers.get("Location", "") if request.method == "POST" else ""
        if response.status_code != 302 or not target.startswith(("https://", "http://")):
            return response
        host = urlsplit(target).hostname or ""
        if host == urlsplit(f"//{request.get_host()}").hostname:
            return response
        page = render(request, "socialaccount/leaving.html", {"url": target, "host": host})
        page.cookies = response.cookies
        return page
