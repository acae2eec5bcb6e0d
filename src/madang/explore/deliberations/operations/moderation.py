"""Deciding whether a statement is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.deliberations import record_kinds
from madang.explore.deliberations.models import Deliberation, Statement
from madang.explore.deliberations.operations.common import DeliberationError, locked
from madang.explore.deliberations.operations.statements import recount
from madang.explore.deliberations.permissions import EDIT
from madang.explore.deliberations.queries.terms import forget_terms
from madang.ground.participation.operations import tell
from madang.ground.participation.text import clean
from madang.ground.people.models import User
from madang.ground.people.permissions import require
from madang.ground.people.queries import EDITORS
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime


class ReasonMissingError(DeliberationError):
    """A statement cannot be kept back without a reason that its author and everybody may read."""


@transaction.atomic
def show(*, statement_id: int, by: User, now: datetime) -> Statement:
    """Show a statement to everybody; its author is told. Twice changes nothing."""
    statement, row = _held(statement_id, by)
    if statement.status == Statement.Status.SHOWN:
        return statement
    _decide(statement, Statement.Status.SHOWN, "", by, now)
    message = gettext_noop("Your statement is shown: “%(text)s”")
    _tell_author(statement, row, "statement_shown", message, {}, now)
    return statement


@transaction.atomic
def reject(*, statement_id: int, reason: str, by: User, now: datetime) -> Statement:
    """Do not show a statement, or no longer; the reason stands on the public record. Raises ReasonMissingError.

    Votes that it had stay in the data, marked as on a rejected statement, and count for no map.
    """
    reason = clean(reason)
    if not reason:
        raise ReasonMissingError(_("Say why: the author is told, and the reason stands on the public record."))
    statement, row = _held(statement_id, by)
    if statement.status == Statement.Status.REJECTED:
        return statement
    _decide(statement, Statement.Status.REJECTED, reason[:500], by, now)
    record(
        kind=record_kinds.REJECTED, subject=row.record_key, place=row.place, by=by, now=now, reason=statement.reason,
        data={"statement": statement.number},
    )  # fmt: skip
    message = gettext_noop("Your statement “%(text)s” is not shown. Reason: %(reason)s")
    _tell_author(statement, row, "statement_rejected", message, {"reason": statement.reason}, now)
    return statement


def _held(statement_id: int, by: User) -> tuple[Statement, Deliberation]:
    pk = Statement.objects.values_list("deliberation_id", flat=True).get(pk=statement_id)
    row = locked(pk)
    require(by, EDIT, row)
    return Statement.objects.select_related("author").get(pk=statement_id), row


def _decide(statement: Statement, status: str, reason: str, by: User, now: datetime) -> None:
    statement.status, statement.reason, statement.decided_by, statement.decided_at = status, reason, by, now
    statement.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    recount(statement.deliberation_id)
    transaction.on_commit(forget_terms)


def _tell_author(
    statement: Statement, row: Deliberation, kind: str, message: str, more: dict[str, object], now: datetime
) -> None:
    if statement.author and statement.author.user_id:
        tell(
            users=[statement.author.user_id], kind=kind, message=message, params={"text": statement.text, **more},
            url=row.get_absolute_url(), key=f"{kind}:{statement.pk}:{now.timestamp():.0f}", now=now, subject=row.pk,
        )  # fmt: skip


def tell_of_waiting(*, now: datetime) -> int:
    """Tell the officers of a place, at most once a day, that statements wait to be checked; how many deliberations."""
    waiting = Deliberation.objects.filter(status="open", statements__status=Statement.Status.WAITING).distinct()
    rows = list(waiting.select_related("place"))
    for row in rows:
        officers = User.objects.filter(roles__place=row.place_id, roles__kind__in=EDITORS, is_active=True)
        tell(
            users=officers.values_list("pk", flat=True), kind="statements_waiting",
            message=gettext_noop("Statements wait to be checked in “%(title)s”."), params={"title": row.title},
            url=f"{row.get_absolute_url()}moderation", key=f"statements_waiting:{row.pk}:{now:%Y-%m-%d}", now=now,
        )  # fmt: skip
    return len(rows)
