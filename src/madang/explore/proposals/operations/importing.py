"""Importing a file of voices in batches: it may be interrupted at any moment, repeated, and run twice at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from madang.explore.proposals.importing import raw_file
from madang.explore.proposals.importing.problems import BadFileError, RowError
from madang.explore.proposals.importing.table import open_table
from madang.explore.proposals.importing.voices import SOURCE, Rules, excerpt, identity, interpret
from madang.explore.proposals.models import Answer, ImportBatch, ImportRejection, Proposal
from madang.explore.proposals.queries import imports
from madang.ground.participation.models import Subject
from madang.ground.participation.search.index import mark_waiting, request_indexing
from madang.ground.places.models import Office
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from madang.explore.proposals.importing.problems import Raw
    from madang.explore.proposals.importing.table import Table
    from madang.explore.proposals.importing.voices import Voice
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

BATCH = 1000
# All imports store in turn: what one has just loaded the other sees. Reading and masking go on side by side.
LOCK = 0x6D61_696D
SOMEBODY = "시민"


@dataclass
class Imported:
    """What one run did. rows = loaded + repeated + rejected, counted from row `resumed_from` of the file.

    done_before: the whole file was imported by an earlier run, and this one had nothing to do.
    """

    batch: ImportBatch
    resumed_from: int = 0
    done_before: bool = False
    rows: int = 0
    loaded: int = 0
    repeated: int = 0
    rejected: int = 0
    masked: Counter[str] = field(default_factory=Counter)
    first_problem: tuple[int, str] | None = None


@dataclass(frozen=True)
class _Item:
    """A row read: its number among the rows from 0, and a voice or the reason why there is none."""

    index: int
    raw: Raw
    voice: Voice | None = None
    place: Place | None = None
    reason: str = ""


@dataclass
class _Run:
    """What holds during one run."""

    batch: ImportBatch
    rules: Rules
    by: User | None
    places: dict[str, Place]
    done: Imported
    offices: dict[int, dict[str, Office]] = field(default_factory=dict)


def import_proposals(
    *,
    path: Path,
    place: Place,
    now: datetime,
    format: str | None = None,  # noqa: A002 - the word that users type
    source: str = "",
    mask: bool = True,
    by: User | None = None,
    progress: Callable[[Imported], None] | None = None,
) -> Imported:
    """Load the voices of a file into a place (or, by its column, places within it).

    Each 1,000 rows are one transaction together with the batch's counters: a run that was killed goes on where it
    stood, a file imported twice loads nothing, and two runs at once share the rows between them. A voice is known by
    (source, id); source: as given, else the row's own, else the file's name. Rows that cannot be loaded are kept as
    rejections with their reasons. Raises BadFileError where the file as a whole is unusable.
    """
    if len(source) > SOURCE:
        raise BadFileError(path, _("the source “%(source)s” is too long. Use 40 characters.") % {"source": source[:60]})
    table = open_table(path, format)
    new = {"name": path.name[:200], "format": table.format, "started_at": now, "started_by": by}
    batch, finished = _begin(place, raw_file.digest(path), new)
    done = Imported(batch, resumed_from=batch.rows_read)
    if finished:
        done.rows, done.repeated, done.done_before, done.resumed_from = batch.rows_read, batch.rows_read, True, 0
        return done
    named = source or raw_file.stem(batch.name)[:SOURCE].strip()
    rules = Rules(named or "import", now, mask=mask, dated="date" in table.columns, fixed_source=bool(source))
    run = _Run(batch, rules, by, imports.places_within(place), done)
    items = _items(table, run)
    while chunk := list(islice(items, BATCH)):
        _tally(done, *_store(run, chunk))
        if progress:
            progress(done)
    _finish(run, now)
    return done


@transaction.atomic
def _begin(place: Place, digest: str, new: dict[str, object]) -> tuple[ImportBatch, bool]:
    """The batch of this file at this place, and whether nothing is left to do.

    A finished file is read again only if rows of it were refused: the place or the date may be known by now.
    """
    ImportBatch.objects.get_or_create(place=place, digest=digest, defaults=new)
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(place=place, digest=digest)
    batch.place = place
    if batch.finished_at and batch.rejected:
        batch.rejections.all().delete()
        batch.rows_read = batch.repeated = batch.rejected = 0
        batch.finished_at = None
        batch.save(update_fields=["rows_read", "repeated", "rejected", "finished_at"])
    return batch, bool(batch.finished_at)


@transaction.atomic
def _finish(run: _Run, now: datetime) -> None:
    ImportBatch.objects.filter(pk=run.batch.pk, finished_at=None).update(finished_at=now)
    run.batch.refresh_from_db(fields=["rows_read", "loaded", "repeated", "rejected", "masked", "finished_at"])
    if run.batch.loaded:
        request_indexing()


def _items(table: Table, run: _Run) -> Iterator[_Item]:
    """Every row still to be done, as a voice or a reason. Rows done before are only looked at for their ids."""
    before = run.done.resumed_from
    refused = set(run.batch.rejections.values_list("row", flat=True)) if before else set()
    lines: dict[tuple[str, str], int] = {}
    for index, raw in enumerate(table.rows):
        if index >= before:
            yield _item(index, raw, run, lines)
        elif raw.line not in refused:
            lines.setdefault(identity(raw.cells, run.rules), raw.line)


def _item(index: int, raw: Raw, run: _Run, lines: dict[tuple[str, str], int]) -> _Item:
    try:
        voice = interpret(raw, run.rules)
        place = _place(voice, run)
    except RowError as error:
        return _Item(index, raw, reason=str(error))
    first = lines.setdefault((voice.source, voice.source_id), raw.line)
    if first != raw.line:
        said = _("The id %(id)s was used on line %(line)s already. Give every voice its own.")
        return _Item(index, raw, reason=said % {"id": voice.source_id, "line": first})
    return _Item(index, raw, voice, place)


def _place(voice: Voice, run: _Run) -> Place:
    if not voice.place:
        return run.batch.place
    if found := run.places.get(imports.squeezed(voice.place)):
        return found
    raise RowError(
        _("“%(name)s” is no place within %(place)s. Write an official code or name, or leave the cell empty.")
        % {"name": voice.place[:60], "place": run.batch.place.name}
    )


@transaction.atomic
def _store(run: _Run, chunk: Sequence[_Item]) -> tuple[list[_Item], int, Counter[str]]:
    """Load one batch with its counters; what another run of the same file has done meanwhile is left out.

    Returns the rows that this run did, how many of them were loaded, and what was masked in those.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=run.batch.pk)
    items = [item for item in chunk if item.index >= batch.rows_read]
    voices = [(item.voice, item.place) for item in items if item.voice and item.place]
    known = imports.known((voice.source, voice.source_id) for voice, _place in voices)
    new = [(voice, place) for voice, place in voices if (voice.source, voice.source_id) not in known]
    _load(run, new)
    _reject(batch, [item for item in items if item.reason], mask=run.rules.mask)
    masked: Counter[str] = sum((Counter(voice.masked) for voice, _place in new), Counter())
    _count(batch, items, len(new), masked)
    return items, len(new), masked


def _count(batch: ImportBatch, items: Sequence[_Item], loaded: int, masked: Counter[str]) -> None:
    if not items:
        return
    refused = sum(bool(item.reason) for item in items)
    batch.rows_read = items[-1].index + 1
    batch.loaded += loaded
    batch.rejected += refused
    batch.repeated += len(items) - loaded - refused
    batch.masked = dict(Counter(batch.masked) + masked)
    batch.save(update_fields=["rows_read", "loaded", "rejected", "repeated", "masked"])


def _tally(done: Imported, items: Sequence[_Item], loaded: int, masked: Counter[str]) -> None:
    """Add what has been committed to the count of this run."""
    refused = [item for item in items if item.reason]
    done.rows += len(items)
    done.loaded += loaded
    done.rejected += len(refused)
    done.repeated += len(items) - loaded - len(refused)
    done.masked.update(masked)
    if refused and not done.first_problem:
        done.first_problem = (refused[0].raw.line, refused[0].reason)


def _reject(batch: ImportBatch, refused: Sequence[_Item], *, mask: bool) -> None:
    rows = (
        ImportRejection(batch=batch, row=one.raw.line, reason=one.reason[:300], excerpt=excerpt(one.raw, mask=mask))
        for one in refused
    )
    ImportRejection.objects.bulk_create(rows, ignore_conflicts=True)


def _load(run: _Run, rows: Sequence[tuple[Voice, Place]]) -> None:
    """Subjects, proposals, answers, and documents that wait for the index."""
    subjects = Subject.objects.bulk_create(
        Subject(kind=Proposal.KIND, place=place, support_count=voice.votes, created_at=voice.created_at)
        for voice, place in rows
    )
    proposals = Proposal.objects.bulk_create(
        _proposal(voice, subject) for (voice, _place), subject in zip(rows, subjects, strict=True)
    )
    _answer(run, [(voice, row) for (voice, _place), row in zip(rows, proposals, strict=True) if voice.answer])
    mark_waiting(subject.pk for subject in subjects)


def _proposal(voice: Voice, subject: Subject) -> Proposal:
    answered = voice.answered_at if voice.answer else None
    return Proposal(
        subject=subject, place_id=subject.place_id, author_name=voice.author or SOMEBODY, title=voice.title,
        body=voice.body, excerpt=voice.excerpt, field=voice.category, language=voice.language,
        status=Proposal.Status.ANSWERED if answered else Proposal.Status.OPEN,
        support_count=voice.votes, answered_at=answered, seen_at=answered, source=voice.source,
        source_id=voice.source_id, source_url=voice.url, created_at=voice.created_at,
    )  # fmt: skip


def _answer(run: _Run, answered: Sequence[tuple[Voice, Proposal]]) -> None:
    """Offices' answers, each with its entry in the public record, dated as it was given."""
    places = {place.pk: place for place in run.places.values()}
    answers = Answer.objects.bulk_create(
        Answer(
            proposal=row, office=_office(run, voice.office, places[row.place_id]), author=None, body=voice.answer,
            answered_at=voice.answered_at,
        )
        for voice, row in answered
    )  # fmt: skip
    for answer in answers:
        record(
            kind=Entry.Kind.ANSWERED, subject=answer.proposal.record_key, place=places[answer.proposal.place_id],
            by=run.by, now=answer.answered_at, office=answer.office,
            data={"answer": answer.pk, "due": None, "imported": run.batch.pk, "source": answer.proposal.source},
        )  # fmt: skip


def _office(run: _Run, name: str, place: Place) -> Office:
    """The office of this name; made where the place has none.

    Where the file does not say who answered, the government of the place did: its office is no owner for routing.
    """
    known = run.offices.setdefault(place.pk, imports.offices_by_name(place))
    wanted = name or place.name_ko
    if imports.squeezed(wanted) not in known:
        values = {"kind": Office.Kind.DEPARTMENT, "name_ko": wanted, "active": bool(name)}
        office, _new = Office.objects.get_or_create(place=place, key="-".join(wanted.split()), defaults=values)
        known[imports.squeezed(wanted)] = office
    return known[imports.squeezed(wanted)]
