"""Short-lived signed tickets: what a page has checked, so that a fast lane need not check it again.

A ticket names numbers (a participant, a deliberation) and its end, and is bound to one purpose. It is no secret of the
site's database: whoever has it may do the one thing that it was issued for, until it ends. It travels in the body of a
request, never in a cookie, so no other site can make a browser send it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime

MAC = 20
LONGEST = 200


class TicketError(ValueError):
    """A ticket that says nothing: forged, of another purpose ("ticket_invalid"), or over ("ticket_expired")."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def issue(purpose: str, *numbers: int, now: datetime, seconds: int) -> str:
    """A ticket for one purpose (such as "votes") that names these numbers and ends after so many seconds."""
    said = "-".join(str(one) for one in (*numbers, int(now.timestamp()) + seconds))
    return f"{said}.{_mac(purpose, said)}"


def read(purpose: str, ticket: object, *, now: datetime) -> tuple[int, ...]:
    """The numbers that a ticket names. Raises TicketError.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 25, tzinfo=UTC)
    >>> read("votes", issue("votes", 17, 204, now=at, seconds=60), now=at)
    (17, 204)
    """
    if not isinstance(ticket, str) or len(ticket) > LONGEST or not ticket.isascii():
        raise TicketError("ticket_invalid")
    said, _, mac = ticket.partition(".")
    if not hmac.compare_digest(mac, _mac(purpose, said)):
        raise TicketError("ticket_invalid")
    *numbers, end = (int(one) for one in said.split("-"))
    if end < now.timestamp():
        raise TicketError("ticket_expired")
    return tuple(numbers)


def _mac(purpose: str, said: str) -> str:
    made = hmac.digest(_key(purpose, settings.SECRET_KEY), said.encode(), hashlib.sha256)[:MAC]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


@lru_cache(maxsize=32)
def _key(purpose: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), f"madang ticket {purpose}".encode(), hashlib.sha256)
