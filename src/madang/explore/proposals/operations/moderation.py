"""Hiding a voice with a reason that everybody reads, and marking voices as seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.proposals.models import Hiding, Proposal
from madang.explore.proposals.operations.voices import DeskError, locked, show_in_search
from madang.ground.participation.operations import ModerationError, take_up, tell
from madang.ground.participation.queries import code_of, target
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.participation.models import Decision
    from madang.ground.people.models import User

HIDEABLE = (Proposal.Status.OPEN, Proposal.Status.ANSWERED, Proposal.Status.PROMOTED)


class AlreadyHiddenError(DeskError):
    """Somebody has hidden this voice already."""


class NotHideableError(DeskError):
    """A merged or withdrawn voice: there is nothing public to hide, or the merge comes first."""


class NotHiddenError(DeskError):
    """The voice is not hidden, so that there is nothing to lift."""


class HidingReasonError(DeskError):
    """A voice cannot be hidden without a reason."""


@transaction.atomic
def hide(*, proposal: Proposal, reason: str, by: User, now: datetime, rule: int | None = None) -> Hiding:
    """Hide a voice; `reason` stands publicly where its text stood, and its author is told. `rule`: that it breaks."""
    if not reason.strip():
        raise HidingReasonError(_("Choose or write a reason: it stands publicly where the text stood."))
    (row,) = locked([proposal.pk])
    _check_hideable(row)
    hiding = Hiding.objects.create(
        proposal=row, reason=reason.strip()[:500], hidden_by=by, hidden_at=now, previous_status=row.status
    )
    Proposal.objects.filter(pk=row.pk).update(status=Proposal.Status.HIDDEN, seen_at=row.seen_at or now)
    show_in_search([row.pk], visible=False)
    record(
        kind=Entry.Kind.HIDDEN, subject=row.record_key, place=row.place, by=by, now=now, reason=hiding.reason,
        data={"rule": rule} if rule else {},
    )  # fmt: skip
    message = gettext_noop("Your proposal “%(title)s” was hidden. Reason: %(reason)s")
    _tell_author(row, "hidden", message, {"reason": hiding.reason}, f"hidden:{hiding.pk}", now)
    return hiding


@transaction.atomic
def lift(*, proposal: Proposal, by: User, now: datetime, reason: str = "") -> Proposal:
    """Show a hidden voice again, as it stood before."""
    (row,) = locked([proposal.pk])
    hiding = Hiding.objects.filter(proposal=row, lifted_at=None).first()
    if hiding is None or row.status != Proposal.Status.HIDDEN:
        raise NotHiddenError(_("This proposal is not hidden any more; somebody may have just shown it again."))
    hiding.lifted_at, hiding.lifted_by = now, by
    hiding.save(update_fields=["lifted_at", "lifted_by"])
    row.status = hiding.previous_status
    if row.status == Proposal.Status.PROMOTED and row.agenda_item_id is None:
        row.status = Proposal.Status.OPEN
    row.save(update_fields=["status"])
    show_in_search([row.pk], visible=True)
    record(kind=Entry.Kind.RESTORED, subject=row.record_key, place=row.place, by=by, now=now, reason=reason.strip())
    message = gettext_noop("Your proposal “%(title)s” is shown again.")
    _tell_author(row, "restored", message, {}, f"restored:{hiding.pk}", now)
    return row


@transaction.atomic
def hide_from_desk(*, proposal: Proposal, rule: int, reason: str, by: User, now: datetime) -> Decision:
    """Hide a voice that nobody has reported: a case of the moderators, so that its author can appeal.

    A place whose own rules are fewer than `rule` cites its first.
    """
    if not reason.strip():
        raise HidingReasonError(_("Choose or write a reason: it stands publicly where the text stood."))
    (row,) = locked([proposal.pk])
    _check_hideable(row)
    known = len(code_of(row.place).rules)
    try:
        return take_up(
            target=target(subject_id=row.pk), rule=rule if rule <= known else 1, reason=reason, by=by, now=now
        )
    except ModerationError as refused:
        raise DeskError(str(refused)) from refused


@transaction.atomic
def hide_by_rule(*, pk: int, rule: int, reason: str, by: User, now: datetime) -> Hiding:
    """Hide a voice because the moderators' queue decided so; the queue tells its author how to appeal."""
    row = Proposal.objects.get(pk=pk)
    return hide(proposal=row, reason=reason, rule=rule, by=by, now=now)


@transaction.atomic
def show_again(*, pk: int, reason: str, by: User, now: datetime) -> Proposal:
    """Show a voice again because the moderators' queue or an appeal decided so."""
    return lift(proposal=Proposal.objects.get(pk=pk), reason=reason, by=by, now=now)


@transaction.atomic
def mark_seen(*, proposals: Iterable[int], by: User, now: datetime) -> int:
    """Take voices (ids) out of the inbox; how many were still in it."""
    del by  # Seen is the office's own note, not a public decision: it leaves no record.
    return Proposal.objects.filter(pk__in=list(proposals), seen_at=None).update(seen_at=now)


def _check_hideable(row: Proposal) -> None:
    if row.status == Proposal.Status.HIDDEN:
        raise AlreadyHiddenError(_("This proposal has already been hidden. Its page shows the reason given."))
    if row.status == Proposal.Status.MERGED:
        raise NotHideableError(_("This proposal is merged into another. Undo the merge first, then hide it."))
    if row.status not in HIDEABLE:
        raise NotHideableError(_("This proposal was withdrawn by its author: its text is not shown any more."))


def _tell_author(row: Proposal, kind: str, message: str, more: dict[str, object], key: str, now: datetime) -> None:
    if row.author_id:
        params = {"title": row.title, **more}
        tell(
            users=[row.author_id],
            kind=kind,
            message=message,
            params=params,
            url=row.get_absolute_url(),
            key=key,
            now=now,
            subject=row.pk,
        )
