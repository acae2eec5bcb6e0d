"""Pursuing an item jointly: places invited, their answers, and offices that own it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem, CoOwner, Partnership
from madang.ground.agenda.operations.common import AgendaError, locked, reason_of, refuse_closed, save
from madang.ground.agenda.queries.sharing import officers_of
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

Status = Partnership.Status


class SharingError(AgendaError):
    """A step of working together that is not open now; the message says which is."""


@transaction.atomic
def invite(*, item: AgendaItem, place: Place, reason: str, by: User | None, now: datetime) -> Partnership:
    """Ask another place to pursue an item jointly. Raises SharingError where it was asked or takes part already."""
    reason, row = reason_of(reason), locked(item)
    refuse_closed(row)
    if place.pk == row.place_id:
        raise SharingError(_("%(place)s leads this item already. Choose another place.") % {"place": place.name})
    try:
        with transaction.atomic():
            new = Partnership.objects.create(item=row, place=place, reason=reason, invited_by=by, invited_at=now)
    except IntegrityError as twice:
        message = _("%(place)s has been asked or takes part already. Reload the page to see how it stands.")
        raise SharingError(message % {"place": place.name}) from twice
    _told(row, "invited", place, by, now, reason, concerns=officers_of([place.pk], now=now))
    return new


@transaction.atomic
def answer_invitation(
    *, partnership: Partnership, accept: bool, reason: str, by: User | None, now: datetime
) -> Partnership:
    """Take part, or decline with a reason. Raises SharingError where somebody answered or withdrew meanwhile."""
    reason = reason.strip() if accept else reason_of(reason)
    row, found = _held(partnership)
    if found.status != Status.INVITED:
        raise SharingError(_("This invitation was answered or withdrawn already. Reload the page to see how."))
    if accept:
        refuse_closed(row)
    found.status = Status.ACCEPTED if accept else Status.DECLINED
    found.answered_by, found.answered_at, found.answer = by, now, reason
    found.save(update_fields=["status", "answered_by", "answered_at", "answer"])
    asked = officers_of([row.place_id], now=now) | {pk for pk in [found.invited_by_id] if pk}
    _told(row, "accepted" if accept else "declined", found.place, by, now, reason, concerns=asked)
    return found


@transaction.atomic
def end_partnership(*, partnership: Partnership, reason: str, by: User | None, now: datetime) -> Partnership:
    """Leave an item, or withdraw an invitation that waits. Raises SharingError where there is nothing to end."""
    reason = reason_of(reason)
    row, found = _held(partnership)
    step = {Status.INVITED: "withdrawn", Status.ACCEPTED: "left"}.get(Status(found.status))
    if step is None:
        raise SharingError(_("This place does not take part any more. Reload the page to see how it stands."))
    close(found, status=step, reason=reason, by=by, now=now)
    concerned = officers_of([row.place_id, found.place_id], now=now)
    _told(row, step, found.place, by, now, reason, concerns=concerned)
    _without_its_offices(row, found.place, reason, by, now)
    return found


def close(partnership: Partnership, *, status: str, reason: str, by: User | None, now: datetime) -> None:
    """End a partnership without telling anybody: a part of a greater decision, which is told itself."""
    partnership.status, partnership.ending = status, reason
    partnership.ended_by, partnership.ended_at = by, now
    partnership.save(update_fields=["status", "ending", "ended_by", "ended_at"])


def join(item: AgendaItem, place: Place, *, reason: str, by: User | None, now: datetime) -> Partnership | None:
    """Make a place take part within a greater decision (a referral answered, a merger); None where it did already."""
    if place.pk == item.place_id:
        return None
    open_one = Partnership.objects.filter(item=item, place=place, status__in=(Status.INVITED, Status.ACCEPTED)).first()
    if open_one and open_one.status == Status.ACCEPTED:
        return None
    found = open_one or Partnership(item=item, place=place, reason=reason, invited_by=by, invited_at=now)
    found.status, found.answered_by, found.answered_at = Status.ACCEPTED, by, now
    found.save()
    return found


@transaction.atomic
def add_co_owner(*, item: AgendaItem, office: Office, reason: str, by: User | None, now: datetime) -> CoOwner:
    """Have an office of a place concerned own the item too. Raises SharingError."""
    reason, row = reason_of(reason), locked(item)
    refuse_closed(row)
    partners = row.partnerships.filter(status=Status.ACCEPTED).values_list("place_id", flat=True)
    if office.place_id not in {row.place_id, row.place.parent_id, *partners}:
        raise SharingError(_("That office belongs to a place that does not take part. Invite the place first."))
    if office.pk == row.owner_id:
        raise SharingError(_("%(office)s owns this item already.") % {"office": office.name})
    try:
        with transaction.atomic():
            new = CoOwner.objects.create(item=row, office=office, reason=reason, added_by=by, added_at=now)
    except IntegrityError as twice:
        raise SharingError(_("%(office)s owns this item already.") % {"office": office.name}) from twice
    data: dict[str, object] = {"office": office.name_ko}
    save(row, now=now)
    record(
        kind="co_owner", subject=row.subject, place=row.place, office=office, by=by, now=now, reason=reason, data=data
    )
    announce(Event("owner", row, by, now, reason, {"co_owner": office.name_ko}))
    return new


@transaction.atomic
def end_co_owner(*, co_owner: CoOwner, reason: str, by: User | None, now: datetime) -> CoOwner:
    """An office owns the item no longer. Raises SharingError where that was decided already."""
    reason, row = reason_of(reason), locked(co_owner.item)
    found = CoOwner.objects.select_for_update(of=("self",)).select_related("office").get(pk=co_owner.pk)
    if found.ended_at:
        raise SharingError(_("%(office)s does not own this item any more.") % {"office": found.office.name})
    _end(row, found, reason, by, now)
    return found


def _end(row: AgendaItem, co_owner: CoOwner, reason: str, by: User | None, now: datetime) -> None:
    co_owner.ended_by, co_owner.ended_at, co_owner.ending = by, now, reason
    co_owner.save(update_fields=["ended_by", "ended_at", "ending"])
    save(row, now=now)
    office = co_owner.office
    record(
        kind="co_owner_ended", subject=row.subject, place=row.place, office=office, by=by, now=now, reason=reason,
        data={"office": office.name_ko},
    )  # fmt: skip


def _without_its_offices(row: AgendaItem, place: Place, reason: str, by: User | None, now: datetime) -> None:
    """Where a place leaves, its offices own the item no longer, unless they stand where the item does."""
    leaving = CoOwner.objects.filter(item=row, ended_at=None, office__place=place)
    for one in leaving.exclude(Q(office__place=row.place_id) | Q(office__place=row.place.parent_id)).select_related(
        "office"
    ):
        _end(row, one, reason, by, now)


def _held(partnership: Partnership) -> tuple[AgendaItem, Partnership]:
    """The item and the partnership, both locked, the item first as everywhere."""
    row = locked(AgendaItem(pk=partnership.item_id))
    rows = Partnership.objects.select_for_update(of=("self",)).select_related("place")
    return row, rows.get(pk=partnership.pk)


def _told(
    row: AgendaItem, step: str, place: Place, by: User | None, now: datetime, reason: str, *, concerns: set[int]
) -> None:
    """Record a step of a partnership at the place whose decision it is, and tell it."""
    data: dict[str, object] = {"step": step, "partner": place.name_ko, "partner_code": place.code}
    save(row, now=now)
    where = place if step in ("accepted", "declined") else row.place
    record(kind=f"partner_{step}", subject=row.subject, place=where, by=by, now=now, reason=reason, data=data)
    announce(Event("shared", row, by, now, reason, data, frozenset(concerns)))
