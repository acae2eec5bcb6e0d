"""Opening, extending and closing the voting. Opening fixes the settings, with their digest on the public record."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.deliberations import record_kinds
from madang.explore.deliberations.models import Deliberation, Participant, Statement
from madang.explore.deliberations.operations.common import DeliberationError, locked
from madang.explore.deliberations.permissions import EDIT
from madang.explore.deliberations.queries.terms import forget_terms
from madang.ground.participation.models import Follow
from madang.ground.participation.operations import tell
from madang.ground.people.permissions import require
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User

FROZEN = (
    "title", "description", "level", "residents_only", "opens_at", "closes_at", "moderation", "languages",
    "statements_open", "statement_limit", "seed",
)  # fmt: skip
SOON = timedelta(days=1)
LONGEST_EXTENSION = timedelta(days=180)


class NotOpenError(DeliberationError):
    """The deliberation is not open for voting."""


class ReasonError(DeliberationError):
    """A decision about a running vote needs a reason that everybody can read."""


class ExtensionError(DeliberationError):
    """A new end that is no extension."""


def settings_of(row: Deliberation) -> dict[str, Any]:
    """The settings under which people vote, and the statements with which voting opens, as plain values."""
    told: dict[str, Any] = {}
    for name in FROZEN:
        value = getattr(row, name)
        told[name] = value.isoformat() if hasattr(value, "isoformat") else value
    seeds = row.statements.filter(status=Statement.Status.SHOWN).order_by("number")
    return told | {"statements": [list(one) for one in seeds.values_list("number", "text")]}


def digest_of(settings: dict[str, Any]) -> str:
    """SHA-256 of the settings as JSON with sorted keys, UTF-8, no blanks: anybody can compute it again."""
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def open_now(row: Deliberation, *, now: datetime) -> None:
    """Open a locked, announced deliberation: fix its settings and tell who follows it. Inside a transaction."""
    settings = settings_of(row)
    row.status, row.frozen_at, row.frozen_digest = Deliberation.Status.OPEN, now, digest_of(settings)
    row.save(update_fields=["status", "frozen_at", "frozen_digest"])
    record(
        kind=record_kinds.OPENED, subject=row.record_key, place=row.place, by=None, now=now,
        data={"settings": settings, "digest": row.frozen_digest},
    )  # fmt: skip
    message = gettext_noop("Voting is open: “%(title)s”")
    _tell(row, "deliberation_opened", message, {}, f"deliberation_opened:{row.pk}", now)
    transaction.on_commit(forget_terms)


def open_due(*, now: datetime) -> int:
    """Open every announced deliberation whose time has come; how many were."""
    due = Deliberation.objects.filter(status="draft", announced_at__isnull=False, opens_at__lte=now)
    return sum(_open_one(pk, now) for pk in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _open_one(pk: int, now: datetime) -> int:
    row = locked(pk)
    if row.status != Deliberation.Status.DRAFT or not row.announced_at or row.opens_at > now:
        return 0
    open_now(row, now=now)
    return 1


@transaction.atomic
def extend(*, pk: int, closes_at: datetime, reason: str, by: User, now: datetime) -> Deliberation:
    """Let people vote longer, with a reason on the public record. Raises NotOpenError, ReasonError, ExtensionError."""
    row = _running(pk, by, reason)
    if not row.closes_at < closes_at <= now + LONGEST_EXTENSION:
        raise ExtensionError(_("Choose an end later than the present one, at most half a year from now."))
    before, row.closes_at = row.closes_at, closes_at
    row.save(update_fields=["closes_at"])
    record(
        kind=record_kinds.EXTENDED, subject=row.record_key, place=row.place, by=by, now=now, reason=_short(reason),
        data={"from": before.isoformat(), "to": closes_at.isoformat()},
    )  # fmt: skip
    day = date_format(timezone.localtime(closes_at), "Y-m-d H:i")
    message = gettext_noop("Voting on “%(title)s” is extended until %(day)s.")
    key = f"deliberation_extended:{row.pk}:{closes_at.timestamp():.0f}"
    _tell(row, "deliberation_extended", message, {"day": day}, key, now)
    transaction.on_commit(forget_terms)
    return row


@transaction.atomic
def close(*, pk: int, reason: str, by: User, now: datetime) -> Deliberation:
    """End the voting before its time, with a reason. Raises NotOpenError, ReasonError."""
    row = _running(pk, by, reason)
    _close(row, now, by=by, reason=_short(reason))
    return row


def close_due(*, now: datetime) -> int:
    """Close every deliberation whose time is over; how many were."""
    due = Deliberation.objects.filter(status="open", closes_at__lte=now).order_by("pk")
    return sum(_close_one(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _close_one(pk: int, now: datetime) -> int:
    row = locked(pk)
    if row.status != Deliberation.Status.OPEN or row.closes_at > now:
        return 0
    _close(row, now)
    return 1


def _close(row: Deliberation, now: datetime, *, by: User | None = None, reason: str = "") -> None:
    row.status, row.closed_at = Deliberation.Status.CLOSED, min(now, row.closes_at)
    row.save(update_fields=["status", "closed_at"])
    record(
        kind=Entry.Kind.CLOSED, subject=row.record_key, place=row.place, by=by, now=now, reason=reason,
        data={"participants": row.participant_count},
    )  # fmt: skip
    message = gettext_noop("Voting on “%(title)s” has ended. See what the votes show.")
    _tell(row, "deliberation_closed", message, {}, f"deliberation_closed:{row.pk}", now)
    transaction.on_commit(forget_terms)


def remind_due(*, now: datetime) -> int:
    """Tell those who follow or take part, once, that voting ends within a day; how many deliberations."""
    soon = Deliberation.objects.filter(
        status="open", closes_at__gt=now, closes_at__lte=now + SOON, frozen_at__lt=now - SOON
    )
    for row in soon.order_by("pk"):
        message = gettext_noop("Voting on “%(title)s” ends within a day.")
        key = f"deliberation_closing:{row.pk}:{row.closes_at.timestamp():.0f}"
        _tell(row, "deliberation_closing", message, {}, key, now)
    return len(soon)


def _running(pk: int, by: User, reason: str) -> Deliberation:
    row = locked(pk)
    require(by, EDIT, row)
    if row.status != Deliberation.Status.OPEN:
        raise NotOpenError(_("This deliberation is not open for voting, so there is nothing to extend or close."))
    if not reason.strip():
        raise ReasonError(_("Give a reason: it stands on the public record."))
    return row


def _short(reason: str) -> str:
    return reason.strip()[:500]


def _tell(row: Deliberation, kind: str, message: str, more: dict[str, object], key: str, now: datetime) -> None:
    """Tell everybody who follows it or takes part."""
    following = Follow.objects.filter(subject=row.pk).values_list("user_id", flat=True)
    taking_part = Participant.objects.filter(deliberation=row, user__isnull=False).values_list("user_id", flat=True)
    tell(
        users=set(following) | set(taking_part), kind=kind, message=message, params={"title": row.title, **more},
        url=row.get_absolute_url(), key=key, now=now, subject=row.pk,
    )  # fmt: skip
