"""Loading a conversation that was held elsewhere, in batches: interrupted at any moment, repeated, or run twice."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from madang.explore.deliberations.models import Deliberation, Load, Participant, Statement
from madang.ground.footing import jobs
from madang.ground.participation.models import Subject
from madang.ground.participation.search.index import mark_waiting, request_indexing
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from madang.explore.deliberations.importing.polis import Conversation
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

BATCH = 20_000
KIND = "deliberation_imported"
RECORD_KINDS = ((KIND, gettext_lazy("Conversation imported")),)
COPY = """
COPY explore_deliberations_cast (participant_id, statement_id, value, client_key, cast_at) FROM STDIN
"""
# The last word of each pair; events were stored in the order in which they were cast.
LAST = """
INSERT INTO explore_deliberations_vote (participant_id, statement_id, value, cast_at)
SELECT DISTINCT ON (item.participant_id, item.statement_id)
       item.participant_id, item.statement_id, item.value, item.cast_at
FROM explore_deliberations_cast item JOIN explore_deliberations_statement statement ON statement.id = item.statement_id
WHERE statement.deliberation_id = %s
ORDER BY item.participant_id, item.statement_id, item.id DESC
ON CONFLICT (participant_id, statement_id) DO NOTHING
"""


class NoAttributionError(ValueError):
    """Whose conversation it is was not said."""


class NoTitleError(ValueError):
    """The files name no topic, and none was given."""


def import_conversation(
    *,
    conversation: Conversation,
    place: Place,
    attribution: str,
    now: datetime,
    title: str = "",
    language: str = "ko",
    item: AgendaItem | None = None,
    by: User | None = None,
    job: jobs.Job = jobs.SILENT,
) -> tuple[Load, bool]:
    """Load a conversation into a place as a closed deliberation; its map is drawn and published by `mapping.draw`.

    Nothing is read twice: the same files at the same place are one load, which goes on where it stood. Each 20,000
    votes are one transaction. Returns the load, and whether an earlier run had finished it. Raises NoAttributionError,
    NoTitleError.
    """
    attribution, title = attribution.strip()[:500], (title or conversation.title).strip()[:150]
    if not attribution:
        raise NoAttributionError(_("Say whose conversation this is and under which licence it may be shown."))
    if not title:
        raise NoTitleError(_("The files name no topic. Give the deliberation a title."))
    choices = {"title": title, "attribution": attribution, "language": language}
    load = _begin(conversation, place, item, by, choices, now)
    if load.finished_at:
        return load, True
    total = len(conversation.events.said)
    while load.events < total:
        _store(load, conversation, now)
        job.advance(load.events, total, message=gettext_noop("%(votes)s votes read"), votes=f"{load.events:,}")
    _finish(load, conversation, by, now)
    return load, False


@transaction.atomic
def _begin(
    conversation: Conversation, place: Place, item: AgendaItem | None, by: User | None, choices: dict[str, str],
    now: datetime,
) -> Load:  # fmt: skip
    """The load of these files, with its deliberation, statements and people."""
    values = {"item": item, "started_by": by, "started_at": now, "choices": choices}
    Load.objects.get_or_create(place=place, digest=conversation.digest, defaults=values)
    load = Load.objects.select_for_update(of=("self",)).get(place=place, digest=conversation.digest)
    if load.deliberation_id is None:
        load.deliberation = _deliberation(conversation, place, load, by, now)
        _statements(load.deliberation, conversation, choices["language"])
        _people(load.deliberation, conversation, now)
        load.save(update_fields=["deliberation"])
    return load


def _deliberation(conversation: Conversation, place: Place, load: Load, by: User | None, now: datetime) -> Deliberation:
    first, last = _span(conversation, now)
    subject = Subject.objects.create(kind=Deliberation.KIND, place=place, created_at=now)
    return Deliberation.objects.create(
        subject=subject, place=place, item_id=load.item_id, title=load.choices["title"],
        description=conversation.told.get("conversation-description", "").strip()[:4000],
        status=Deliberation.Status.DRAFT, opens_at=first, closes_at=last, languages=[load.choices["language"]],
        statements_open=False, source=Deliberation.Source.IMPORTED, attribution=load.choices["attribution"],
        created_by=by, created_at=now,
    )  # fmt: skip


def _span(conversation: Conversation, now: datetime) -> tuple[datetime, datetime]:
    """When voting began and ended, as the files tell."""
    known = conversation.events.when[conversation.events.when > 0]
    if not len(known):
        return now - timedelta(minutes=1), now
    first, last = (_moment(float(one), now) for one in (known.min(), known.max()))
    return first, max(last, first + timedelta(seconds=1))


def _moment(milliseconds: float, now: datetime) -> datetime:
    """A time of the files; what lies in no year of ours, or to come, is now."""
    try:
        return min(datetime.fromtimestamp(milliseconds / 1000, tz=UTC), now) if milliseconds > 0 else now
    except (OverflowError, OSError, ValueError):
        return now


def _statements(deliberation: Deliberation, conversation: Conversation, language: str) -> None:
    Statement.objects.bulk_create(
        Statement(
            deliberation=deliberation, number=int(number), text=one.text, language=language,
            origin=Statement.Origin.IMPORTED, is_meta=one.meta,
            status=Statement.Status.SHOWN if one.moderated > 0 else Statement.Status.REJECTED,
            decided_at=None if one.moderated > 0 else deliberation.created_at,
            reason="" if one.moderated > 0 else _("Not shown in the conversation that was imported."),
            created_at=_moment(one.at or 0.0, deliberation.created_at),
        )
        for one, number in zip(conversation.statements, conversation.statement_numbers, strict=True)
    )  # fmt: skip


def _people(deliberation: Deliberation, conversation: Conversation, now: datetime) -> None:
    rows = (Participant(deliberation=deliberation, number=int(n), joined_at=now) for n in conversation.people_numbers)
    Participant.objects.bulk_create(rows, batch_size=10_000)


@transaction.atomic
def _store(load: Load, conversation: Conversation, now: datetime) -> None:
    """One batch of votes with the counter that says how far it went; what another run stored meanwhile is left out."""
    held = Load.objects.select_for_update(of=("self",)).get(pk=load.pk)
    load.events = held.events
    upto = min(held.events + BATCH, len(conversation.events.said))
    # Made before the copying begins: nothing else can be asked on this connection meanwhile.
    rows = list(_rows(load, conversation, held.events, upto, now))
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            copy.write_row(row)
    load.events = upto
    load.save(update_fields=["events"])


def _rows(load: Load, conversation: Conversation, start: int, upto: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    events, part = conversation.events, slice(start, upto)
    people = _keys(Participant, load, conversation.people_numbers)
    statements = _keys(Statement, load, conversation.statement_numbers)
    columns = (people[events.who[part]], statements[events.what[part]], events.said[part], events.when[part])
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for index, (person, statement, said, when) in enumerate(rows, start):
        key = uuid.UUID(bytes=hashlib.md5(f"{load.digest}{index}".encode(), usedforsecurity=False).digest())
        yield person, statement, said, key, _moment(when, now)


def _keys(
    model: type[Participant | Statement], load: Load, numbers: np.ndarray[Any, np.dtype[np.int64]]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The primary keys of rows by the places of their numbers."""
    rows = dict(model.objects.filter(deliberation=load.deliberation_id).values_list("number", "pk"))
    return np.array([rows[int(number)] for number in numbers], dtype=np.int64)


@transaction.atomic
def _finish(load: Load, conversation: Conversation, by: User | None, now: datetime) -> None:
    """The last word of each pair, the state "closed", and what the record says of it."""
    held = Load.objects.select_for_update(of=("self",)).get(pk=load.pk)
    if held.finished_at:
        load.finished_at = held.finished_at
        return
    with connection.cursor() as cursor:
        cursor.execute(LAST, [load.deliberation_id])
        votes = cursor.rowcount
    row = Deliberation.objects.select_related("place").get(pk=load.deliberation_id)
    row.status, row.closed_at, row.announced_at = Deliberation.Status.CLOSED, row.closes_at, now
    row.frozen_at, row.frozen_digest = now, load.digest
    row.participant_count, row.vote_count = len(conversation.people_numbers), votes
    row.statement_count = sum(one.moderated > 0 for one in conversation.statements)
    row.save()
    load.finished_at, load.files = now, {}
    load.save(update_fields=["finished_at", "files"])
    record(
        kind=KIND, subject=row.record_key, place=row.place, by=by, now=now,
        data={
            "files": load.digest, "attribution": row.attribution, "url": conversation.told.get("url", "")[:200],
            "votes": votes, "events": load.events, "participants": row.participant_count,
        },
    )  # fmt: skip
    mark_waiting([row.pk])
    request_indexing()
