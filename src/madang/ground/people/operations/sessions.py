"""Sessions and devices: where somebody is signed in, and being told of a browser never seen before."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from madang.ground.people import keyed
from madang.ground.people.devices import device_name
from madang.ground.people.models import Browser, User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class NoSessionError(LookupError):
    """No such session of this person."""


@transaction.atomic
def end_session(*, by: User, session_id: int) -> None:
    """Sign one of one's own sessions out. Raises NoSessionError."""
    found = UserSession.objects.select_for_update().filter(pk=session_id, user=by).first()
    if found is None:
        raise NoSessionError
    _end([found])


@transaction.atomic
def end_sessions(*, of: User, besides: str = "") -> int:
    """Sign somebody out everywhere, except in the session with this key; returns how many ended."""
    found = list(UserSession.objects.select_for_update().filter(user=of).exclude(session_key=besides))
    _end(found)
    return len(found)


def _end(sessions: Iterable[UserSession]) -> None:
    keys = [one.session_key for one in sessions]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()


@transaction.atomic
def meet_device(*, user: User, cookie: str, agent: str, now: datetime) -> tuple[str, bool]:
    """Remember the browser of a sign-in. Returns its cookie, and whether the person should hear of it.

    The first browser of an account is no news.
    """
    known = bool(cookie) and len(cookie) < 100
    if known and Browser.objects.filter(user=user, digest=_digest(cookie)).update(last_at=now, name=device_name(agent)):
        return cookie, False
    others = Browser.objects.filter(user=user).exists()
    # A cookie that another person's sign-in left in this browser is kept: it is the same device.
    kept = cookie if known else secrets.token_urlsafe(24)
    Browser.objects.get_or_create(
        user=user, digest=_digest(kept), defaults={"name": device_name(agent), "first_at": now, "last_at": now}
    )
    return kept, others


def _digest(cookie: str) -> str:
    return keyed.digest("device", cookie)
