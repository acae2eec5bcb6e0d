"""Mails that came back, as a mail service reports them (Standard Webhooks)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings

from madang.ground.participation.models import Suppression
from madang.ground.participation.operations.wishes import suppress
from madang.ground.people.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CAUSES = {"bounce": Suppression.Cause.BOUNCE, "complaint": Suppression.Cause.COMPLAINT}


class NotSignedError(Exception):
    """The report was not signed with our secret, or long ago."""


class UnreadableError(Exception):
    """A signed report that says nothing we understand; the message says what was expected."""


def take(body: bytes, headers: Mapping[str, str], *, now: datetime) -> int:
    """Keep what a report says: {"events": [{"type": "bounce"|"complaint", "email", "permanent", "detail"}]}.

    Passing troubles (a full mailbox) are not kept. How many addresses were newly suppressed. Only addresses of people
    here are kept: the list is no register of strangers. Raises NotSignedError, UnreadableError.
    """
    from standardwebhooks import Webhook, WebhookVerificationError

    try:
        report = Webhook(settings.BOUNCE_SECRET).verify(body, dict(headers))
    except (WebhookVerificationError, UnicodeDecodeError) as error:
        raise NotSignedError from error
    except (json.JSONDecodeError, ValueError) as error:
        raise UnreadableError("Send a JSON object with a list `events`.") from error
    events = report.get("events") if isinstance(report, dict) else None
    if not isinstance(events, list) or not all(isinstance(one, dict) for one in events):
        raise UnreadableError("Send a JSON object with a list `events`.")
    return sum(_take_one(one, now) for one in events)


def _take_one(event: dict[str, object], now: datetime) -> bool:
    cause, email = CAUSES.get(str(event.get("type"))), str(event.get("email", "")).strip()
    passing = cause == Suppression.Cause.BOUNCE and event.get("permanent") is False
    if cause is None or passing or not User.objects.filter(email__iexact=email).exists():
        return False
    return suppress(email=email, cause=cause, detail=str(event.get("detail", "")), now=now)
