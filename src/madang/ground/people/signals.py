"""What follows a sign-in, whichever way it came: the session's clock, the device, and a word to officials."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in
from django.conf import settings
from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from madang.ground.people import queries
from madang.ground.people.middleware import SEEN
from madang.ground.people.models import User
from madang.ground.people.operations.sessions import meet_device

if TYPE_CHECKING:
    from django.http import HttpRequest

COOKIE, COOKIE_LASTS = "device", 400 * 86_400


def signed_in(request: HttpRequest, user: User, **signal: Any) -> None:
    """Note the session and the device; tell of a device never seen before by mail."""
    request.session[SEEN] = int(time.time())
    cookie = request.COOKIES.get(COOKIE, "")
    agent = request.headers.get("User-Agent", "")
    kept, new = meet_device(user=user, cookie=cookie, agent=agent, now=timezone.now())
    if response := signal.get("response"):
        # Sent to the pages of the account alone, so that other pages stay those of somebody without cookies.
        response.set_cookie(
            COOKIE, kept, max_age=COOKIE_LASTS, path="/accounts/", httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    if new:
        get_adapter(request).send_notification_mail("people/mail/new_device", user, {"user": user})
    if not settings.FORCE_SECOND_FACTOR and queries.is_official(user) and not queries.has_second_factor(user):
        messages.warning(request, _("You hold an office: protect your account with a second factor."))


def connect() -> None:
    user_logged_in.connect(signed_in, dispatch_uid="madang.people.signed_in")
