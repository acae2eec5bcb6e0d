"""Making one item of two, taking that back, and making two of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from madang.ground.agenda import lineage
from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem, Division, Merger, Partnership, Stage
from madang.ground.agenda.operations.common import (
    AgendaError,
    locked,
    locked_all,
    reason_of,
    refuse_closed,
    save,
)
from madang.ground.agenda.operations.sharing import close, join
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.people.models import User


class LineageError(AgendaError):
    """Two items that cannot become one, or one that cannot become two; the message says why."""


@transaction.atomic
def merge(*, source: AgendaItem, target: AgendaItem, reason: str, by: User | None, now: datetime) -> Merger:
    """Make `source` a part of `target`: it stays readable, says where it went, and everything on it follows.

    Raises LineageError, ItemClosedError.
    """
    reason = reason_of(reason)
    if source.pk == target.pk:
        raise LineageError(_("An item cannot be merged into itself. Choose another one."))
    one, into = locked_all([source, target])
    refuse_closed(one)
    refuse_closed(into)
    if one.referrals.filter(status="waiting").exists():
        raise LineageError(_("This item waits for the answer to a referral. Withdraw the referral, then merge."))
    merger = Merger.objects.create(
        source=one, target=into, reason=reason, stage_before=one.stage, merged_by=by, merged_at=now
    )
    merger.moved = {
        follower.key: follower.merge(source=one, target=into, by=by, now=now)
        for follower in lineage.registered()
        if follower.merge
    } | {"partners": _bring_partners(one, into, reason, by, now)}
    merger.save(update_fields=["moved"])
    save(one, now=now, stage=Stage.CLOSED, stage_since=now, merged_into=into)
    _record_pair("merged", one, into, by, now, reason, {"from": merger.stage_before, "to": "closed"})
    return merger


@transaction.atomic
def undo_merger(*, merger: Merger, reason: str, by: User | None, now: datetime) -> AgendaItem:
    """Take a merger back: the item stands where it stood, with what it brought. Raises LineageError."""
    reason = reason_of(reason)
    one, into = locked_all([AgendaItem(pk=merger.source_id), AgendaItem(pk=merger.target_id)])
    found = Merger.objects.select_for_update(of=("self",)).get(pk=merger.pk)
    if found.undone_at:
        raise LineageError(_("This merger was undone already. Reload the page to see how the items stand."))
    if into.merged_into_id:
        raise LineageError(_("The item it went into was itself merged since. Undo that merger first."))
    for follower in reversed(lineage.registered()):
        if follower.undo and follower.key in found.moved:
            follower.undo(source=one, target=into, moved=found.moved[follower.key], by=by, now=now)
    _take_partners_back(found, reason, by, now)
    found.undone_by, found.undone_at, found.undoing = by, now, reason
    found.save(update_fields=["undone_by", "undone_at", "undoing"])
    save(one, now=now, stage=found.stage_before, stage_since=now, merged_into=None)
    _record_pair("unmerged", one, into, by, now, reason, {"from": "closed", "to": found.stage_before})
    return one


@transaction.atomic
def divide(
    *,
    item: AgendaItem,
    title: str,
    summary: str,
    field: str,
    chosen: Iterable[int],
    reason: str,
    by: User | None,
    now: datetime,
) -> Division:
    """Make an item of its own from a part of one, with the chosen evidence. Raises LineageError."""
    reason, row, chosen = reason_of(reason), locked(item), list(dict.fromkeys(chosen))
    refuse_closed(row)
    if not title.strip() or not summary.strip():
        raise LineageError(_("Give the new item a title and a summary."))
    part = AgendaItem.objects.create(
        place=row.place, title=title.strip(), summary=summary.strip(), field=field, created_by=by, created_at=now,
        updated_at=now, stage_since=now,
    )  # fmt: skip
    moved = {
        follower.key: follower.divide(source=row, part=part, chosen=chosen, by=by, now=now)
        for follower in lineage.registered()
        if follower.divide
    }
    division = Division.objects.create(source=row, part=part, reason=reason, moved=moved, divided_by=by, divided_at=now)
    save(row, now=now)
    data: dict[str, object] = {"divided_from": [row.pk, row.title]}
    record(kind=Entry.Kind.PROMOTED, subject=part.subject, place=part.place, by=by, now=now, reason=reason, data=data)
    announce(Event("created", part, by, now, reason, data))
    data = {"part": [part.pk, part.title]}
    record(kind="divided", subject=row.subject, place=row.place, by=by, now=now, reason=reason, data=data)
    announce(Event("split", row, by, now, reason, data))
    return division


def _bring_partners(
    one: AgendaItem, into: AgendaItem, reason: str, by: User | None, now: datetime
) -> dict[str, list[int]]:
    """The places of an item take part in the one it goes into; invitations that wait fall away."""
    for waiting in one.partnerships.filter(status=Partnership.Status.INVITED):
        close(waiting, status="withdrawn", reason=reason, by=by, now=now)
    taking_part = one.partnerships.filter(status=Partnership.Status.ACCEPTED).select_related("place")
    places = [one.place, *(each.place for each in taking_part)]
    joined = [join(into, place, reason=reason, by=by, now=now) for place in places]
    return {"joined": [each.pk for each in joined if each]}


def _take_partners_back(merger: Merger, reason: str, by: User | None, now: datetime) -> None:
    brought = merger.moved.get("partners", {}).get("joined", [])
    for each in Partnership.objects.filter(pk__in=brought, status=Partnership.Status.ACCEPTED):
        close(each, status="left", reason=reason, by=by, now=now)


def _record_pair(
    event: str, one: AgendaItem, into: AgendaItem, by: User | None, now: datetime, reason: str, more: dict[str, object]
) -> None:
    """The decision on the record of both items, and told to those who follow either."""
    kind = Entry.Kind.MERGED if event == "merged" else Entry.Kind.SPLIT
    gone: dict[str, object] = {"into": [into.pk, into.title], **more}
    come: dict[str, object] = {"other": [one.pk, one.title]}
    record(kind=kind, subject=one.subject, place=one.place, by=by, now=now, reason=reason, data=gone)
    record(kind=kind, subject=into.subject, place=into.place, by=by, now=now, reason=reason, data=come)
    announce(Event(event, one, by, now, reason, gone))
    announce(Event(event, into, by, now, reason, come))
