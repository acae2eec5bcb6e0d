"""Hiding a deliberation because a moderator decided so, and showing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.operations.common import DeliberationError, locked
from madang.ground.participation.search.index import set_visible
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User


@transaction.atomic
def hide_by_rule(*, pk: int, rule: int, reason: str, by: User, now: datetime) -> Deliberation:
    """Take a public deliberation out of sight, on the public record. Raises DeliberationError."""
    row = locked(pk)
    if not row.is_public:
        raise DeliberationError(_("This deliberation is not public, so there is nothing to hide."))
    row.status = Deliberation.Status.HIDDEN
    row.save(update_fields=["status"])
    set_visible([row.pk], visible=False)
    record(
        kind=Entry.Kind.HIDDEN, subject=row.record_key, place=row.place, by=by, now=now, reason=reason.strip()[:500],
        data={"rule": rule},
    )  # fmt: skip
    return row


@transaction.atomic
def show_again(*, pk: int, reason: str, by: User, now: datetime) -> Deliberation:
    """Show a hidden deliberation as it stood: closed if it had closed, open if voting had begun."""
    row = locked(pk)
    if row.status != Deliberation.Status.HIDDEN:
        raise DeliberationError(_("This deliberation is not hidden."))
    row.status = _before_hiding(row)
    row.save(update_fields=["status"])
    set_visible([row.pk], visible=True)
    record(
        kind=Entry.Kind.RESTORED, subject=row.record_key, place=row.place, by=by, now=now, reason=reason.strip()[:500]
    )
    return row


def _before_hiding(row: Deliberation) -> Deliberation.Status:
    if row.closed_at:
        return Deliberation.Status.CLOSED
    return Deliberation.Status.OPEN if row.frozen_at else Deliberation.Status.DRAFT
