"""Taking a problem up, wording it, and writing on its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem
from madang.ground.agenda.operations.common import locked, reason_of, save
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place


@transaction.atomic
def create_item(
    *,
    place: Place,
    title: str,
    summary: str,
    field: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    data: dict[str, object] | None = None,
    inspired_by: Iterable[AgendaItem] = (),
) -> AgendaItem:
    """Take a problem up. `data` joins the record's entry (voices, supporters, first_voice_at)."""
    item = AgendaItem.objects.create(
        place=place, title=title.strip(), summary=summary.strip(), field=field,
        created_by=by, created_at=now, updated_at=now, stage_since=now,
    )  # fmt: skip
    item.inspired_by.set(inspired_by)
    record(kind=Entry.Kind.PROMOTED, subject=item.subject, place=place, by=by, now=now, reason=reason, data=data)
    announce(Event("created", item, by, now, reason, dict(data or {})))
    return item


@transaction.atomic
def add_note(*, item: AgendaItem, text: str, by: User | None, now: datetime, office: Office | None = None) -> Entry:
    """Put a remark on the item's public record."""
    row, text = locked(item), reason_of(text)
    save(row, now=now)
    entry = record(
        kind=Entry.Kind.NOTE, subject=row.subject, place=row.place, by=by, now=now, reason=text, office=office
    )
    announce(Event("note", row, by, now, text))
    return entry


@transaction.atomic
def revise(*, item: AgendaItem, title: str, summary: str, field: str, by: User | None, now: datetime) -> AgendaItem:
    """Word an item better; the record keeps the words it had."""
    row = locked(item)
    data: dict[str, object] = {"revised": True, "title_before": row.title, "summary_before": row.summary}
    save(row, now=now, title=title.strip(), summary=summary.strip(), field=field)
    record(kind=Entry.Kind.NOTE, subject=row.subject, place=row.place, by=by, now=now, data=data)
    announce(Event("revised", row, by, now, data=data))
    return row


@transaction.atomic
def set_owner(
    *, item: AgendaItem, owner: Office | None, by: User | None, now: datetime, reason: str = ""
) -> AgendaItem:
    """Say which office owns an item. The app that routes items decides and records it; this keeps and tells it."""
    row = locked(item)
    before = row.owner_id
    save(row, now=now, owner=owner)
    if before != row.owner_id:
        data: dict[str, object] = {"owner": owner.name_ko if owner else "", "before": before}
        announce(Event("owner", row, by, now, reason, data))
    return row


def set_counts(*, item: AgendaItem, voices: int, supporters: int, now: datetime) -> None:
    """Keep how many voices and people stand behind an item (called in the transaction that changed them)."""
    save(item, now=now, voice_count=voices, supporter_count=supporters)
