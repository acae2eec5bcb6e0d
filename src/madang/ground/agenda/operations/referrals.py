"""Putting an item before the place above (or delegating it to one below), and the answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem, Partnership, Referral
from madang.ground.agenda.operations.common import AgendaError, locked, reason_of, refuse_closed, save
from madang.ground.agenda.operations.sharing import close, join
from madang.ground.agenda.queries.sharing import officers_of
from madang.ground.places.queries import innovation_officer, settings_of
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

Status = Referral.Status


class ReferralError(AgendaError):
    """A step of a referral that is not open now; the message says which is."""


@transaction.atomic
def refer(*, item: AgendaItem, to: Place, reason: str, by: User | None, now: datetime) -> Referral:
    """Ask the place above (or one below) to answer for an item, within its own days for a response.

    Raises ReferralError where another referral waits, or the place is neither above nor below.
    """
    reason, row = reason_of(reason), locked(item)
    refuse_closed(row)
    if to.pk != row.place.parent_id and to.parent_id != row.place_id:
        raise ReferralError(
            _("An item is referred to the place above, or delegated to one below. Invite other places.")
        )
    due = now + timedelta(days=settings_of(to)["referral_days"].value)
    try:
        with transaction.atomic():
            new = Referral.objects.create(
                item=row, origin=row.place, target=to, reason=reason, asked_by=by, asked_at=now, due_at=due
            )
    except IntegrityError as twice:
        message = _("This item waits for the answer to a referral already. Withdraw that one, or wait for its answer.")
        raise ReferralError(message) from twice
    _told(row, new, "asked", by, now, reason, officers_of([to.pk], now=now))
    return new


@transaction.atomic
def answer_referral(*, referral: Referral, outcome: str, reason: str, by: User | None, now: datetime) -> Referral:
    """Take the item over, take part in it, or send it back; each with a reason.

    Taken over, the item moves and the place that led it takes part. Raises ReferralError where it was answered before.
    """
    if outcome not in (Status.TAKEN_OVER, Status.JOINT, Status.SENT_BACK):
        raise ReferralError(_("Choose whether to take the item over, to take part in it, or to send it back."))
    reason = reason_of(reason)
    row, found = _held(referral)
    origin = row.place
    if outcome == Status.TAKEN_OVER:
        _move(row, found.target, reason, by, now)
    elif outcome == Status.JOINT:
        join(row, found.target, reason=found.reason, by=by, now=now)
    _answered(found, outcome, reason, by, now)
    concerned = officers_of([origin.pk], now=now) | {pk for pk in [found.asked_by_id] if pk}
    _told(row, found, outcome, by, now, reason, concerned)
    return found


@transaction.atomic
def withdraw_referral(*, referral: Referral, reason: str, by: User | None, now: datetime) -> Referral:
    """Take a referral back before it is answered. Raises ReferralError."""
    reason = reason_of(reason)
    row, found = _held(referral)
    _answered(found, Status.WITHDRAWN, reason, by, now)
    _told(row, found, "withdrawn", by, now, reason, officers_of([found.target_id], now=now))
    return found


def escalate_referrals(*, now: datetime, limit: int = 200) -> int:
    """Report referrals left unanswered past their day, once each; how many were."""
    late = Referral.objects.filter(status=Status.WAITING, escalated_at=None, due_at__lt=now)
    pairs = list(late.order_by("due_at", "id").values_list("pk", "item_id")[:limit])
    return sum(_escalate(pk, item_id, now) for pk, item_id in pairs)


@transaction.atomic
def _escalate(pk: int, item_id: int, now: datetime) -> int:
    row = locked(AgendaItem(pk=item_id))
    rows = Referral.objects.select_for_update(of=("self",)).select_related("origin", "target__parent")
    found = rows.filter(pk=pk, status=Status.WAITING, escalated_at=None).first()
    if found is None:
        return 0
    found.escalated_at = now
    found.save(update_fields=["escalated_at"])
    data = _data(found, "overdue") | {"due_at": found.due_at.isoformat()}
    office = innovation_officer(found.target)
    record(
        kind=Entry.Kind.ESCALATED, subject=row.subject, place=found.target, office=office, by=None, now=now, data=data
    )
    concerned = officers_of([found.origin_id, found.target_id], now=now)
    announce(Event("referred", row, None, now, data=data, concerns=frozenset(concerned)))
    return 1


def _move(row: AgendaItem, to: Place, reason: str, by: User | None, now: datetime) -> None:
    """The item changes its lead: the new one no longer takes part merely, and the old one does."""
    origin = row.place
    for one in Partnership.objects.filter(item=row, place=to, status__in=("invited", "accepted")):
        close(one, status="left" if one.status == "accepted" else "withdrawn", reason=reason, by=by, now=now)
    save(row, now=now, place=to)
    join(row, origin, reason=reason, by=by, now=now)


def _held(referral: Referral) -> tuple[AgendaItem, Referral]:
    """The item and the referral that waits, both locked. Raises ReferralError where it was answered."""
    row = locked(AgendaItem(pk=referral.item_id))
    rows = Referral.objects.select_for_update(of=("self",)).select_related("origin", "target__parent")
    found = rows.get(pk=referral.pk)
    if found.status != Status.WAITING:
        raise ReferralError(_("This referral was answered or withdrawn already. Reload the page to see how."))
    return row, found


def _answered(referral: Referral, status: str, reason: str, by: User | None, now: datetime) -> None:
    referral.status, referral.answer = status, reason
    referral.answered_by, referral.answered_at = by, now
    referral.save(update_fields=["status", "answer", "answered_by", "answered_at"])


def _data(referral: Referral, step: str) -> dict[str, object]:
    return {
        "step": step,
        "referral": referral.pk,
        "origin": referral.origin.name_ko,
        "target": referral.target.name_ko,
        "down": referral.target.parent_id == referral.origin_id,
    }


def _told(
    row: AgendaItem, referral: Referral, step: str, by: User | None, now: datetime, reason: str, concerns: set[int]
) -> None:
    """Record a step at the place whose decision it is, and tell it."""
    data = _data(referral, step)
    save(row, now=now)
    where = referral.origin if step in ("asked", "withdrawn") else referral.target
    kind = "referred" if step == "asked" else "referral_answered"
    record(kind=kind, subject=row.subject, place=where, by=by, now=now, reason=reason, data=data)
    announce(Event("referred", row, by, now, reason, data, frozenset(concerns)))
