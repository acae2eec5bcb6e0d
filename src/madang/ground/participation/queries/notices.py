"""Reading what a person was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from madang.ground.participation.models import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User

NOTICES = 30


@dataclass(frozen=True)
class Told:
    """A notice in the reader's language."""

    pk: int
    kind: str
    text: str
    url: str
    at: datetime
    read: bool


def _rendered(text: Mapping[str, object]) -> str:
    message = gettext(str(text.get("message", "")))
    try:
        return message % text.get("params", {})
    except (KeyError, ValueError, TypeError):
        return message  # a translation or an old notice without its parameters is still worth showing


def notices_of(user: User, *, before: int | None = None) -> tuple[list[Told], int | None]:
    """The newest notices, and the id before which older ones continue (one query)."""
    rows = Notice.objects.filter(user=user).order_by("-created_at", "-pk")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: NOTICES + 1])
    told = [
        Told(one.pk, one.kind, _rendered(one.text), one.url, one.created_at, one.read_at is not None)
        for one in found[:NOTICES]
    ]
    return told, told[-1].pk if len(found) > NOTICES else None


def unread_count(user: User) -> int:
    """How many notices wait (at most 100: more than that nobody counts)."""
    return Notice.objects.filter(user=user, read_at=None).order_by()[:100].count()
