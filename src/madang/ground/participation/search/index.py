"""Keeping the index: which documents wait, reading them again, and the jobs that do it.

A write operation calls `index_on_commit(subject_id)` inside its transaction and is done. Everything here may be
interrupted and repeated at any moment.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from madang.engines.texts.tokens import char_bigrams
from madang.ground.participation.models import SearchDocument, TermFrequency
from madang.ground.participation.search import client, postings, sources
from madang.ground.participation.search.analysis import Text, analyse, analyse_many
from madang.ground.participation.search.postings import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from madang.engines.texts.tokens import Tokenizer
    from madang.ground.participation.search.analysis import Analysis

# So many loose documents are few enough to look through at each search, and enough for a part of the postings.
LOOSE = 512
# A batch of this many goes to the postings at once, without being loose first.
DIRECT = 64
# A backlog of this many is worth starting worker processes, each with its own model.
MANY = 2_000
TASK = "madang.search.index_waiting"


@dataclass(frozen=True)
class Indexed:
    """What a run did: documents read, and how many had changed meanwhile and wait again."""

    documents: int
    overtaken: int


def mark_waiting(subject_ids: Iterable[int]) -> int:
    """Say that the texts of these subjects are new or changed. Inside the transaction that changes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ground_participation_searchdocument (subject_id, place_id, visible, waiting, version, words, "
            "terms, impacts, pairs, bands, fingerprints, engine_version) SELECT id, place_id, true, true, 0, '{}', "
            "'{}', '', '{}', '{}', '{}', '' FROM ground_participation_subject WHERE id = ANY(%s) ORDER BY id "
            "ON CONFLICT (subject_id) DO UPDATE SET waiting = true, place_id = EXCLUDED.place_id, "
            "version = ground_participation_searchdocument.version + 1",
            [list(subject_ids)],
        )
        return cursor.rowcount


def mark_all_waiting() -> int:
    """Have every document read again, after the engine or its dictionary changed. Searches go on meanwhile."""
    return SearchDocument.objects.update(waiting=True)


def index_on_commit(subject_id: int) -> None:
    """What a write operation calls: the text waits in its transaction and is found as soon as that commits."""
    mark_waiting([subject_id])
    transaction.on_commit(partial(index_subject_now, subject_id), robust=True)


def index_subject_now(subject_id: int) -> None:
    """Make one freshly written text findable at once; without a tokenizer provisionally, and the job reads it again.

    Raises nothing for want of a tokenizer. A subject without a text is left alone.
    """
    text = sources.texts([subject_id]).get(subject_id)
    version = SearchDocument.objects.filter(pk=subject_id).values_list("version", flat=True).first()
    if text is None or version is None:
        return
    try:
        (analysis,) = client.analyses([text])
    except client.NoServerError:
        analysis = client.light_analysis(text)
    _store([(subject_id, version, analysis)])
    if client.is_light(analysis.engine):
        request_indexing()


def set_visible(subject_ids: Iterable[int], *, visible: bool) -> None:
    """Hide documents from every search, or show them again. Inside the transaction that hides or shows the subject."""
    SearchDocument.objects.filter(pk__in=list(subject_ids)).update(visible=visible)


def request_indexing() -> None:
    """Have the job run soon. Many requests are one job."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TASK, queueing_lock=TASK).defer()


def waiting() -> int:
    """How many documents wait to be read."""
    return SearchDocument.objects.filter(waiting=True).count()


def index_waiting(
    *,
    batch_size: int = 512,
    limit: int | None = None,
    tokenizer: Tokenizer | None = None,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Indexed:
    """Read every waiting document, or `limit` of them; each batch is a transaction of its own.

    tokenizer: use this one, in this process. processes: start so many workers (default: as many as processors where
    many documents wait, else none). progress: called with the number of documents done so far.
    """
    done = overtaken = 0
    workers = _workers(processes) if tokenizer is None else 0
    for read in _batches(_read(workers, tokenizer, limit), batch_size):
        stored = _store(read)
        postings.merge_due()
        done, overtaken = done + stored, overtaken + len(read) - stored
        if progress:
            progress(done)
    settle()
    if done >= LOOSE or (done and not TermFrequency.objects.exists()):
        recount_terms()
    return Indexed(done, overtaken)


def _workers(processes: int | None) -> int:
    if processes is not None:
        return processes
    return (os.cpu_count() or 1) if waiting() >= MANY else 0


def _read(workers: int, tokenizer: Tokenizer | None, limit: int | None) -> Iterator[tuple[int, int, Analysis]]:
    """Analyses of the waiting documents in the order of their ids, with the version that was read."""
    versions: list[tuple[int, int]] = []

    def texts() -> Iterator[Text]:
        for pk, version, text in islice(_waiting_texts(), limit):
            versions.append((pk, version))
            yield text

    analyses = analyse_many(texts(), processes=workers) if workers else _analyse_here(texts(), tokenizer)
    for number, analysis in enumerate(analyses):
        pk, version = versions[number]
        yield pk, version, analysis


def _waiting_texts(page: int = 256) -> Iterator[tuple[int, int, Text]]:
    """Keyset pages of what waits; what has no text any more stops waiting with an empty one."""
    after = 0
    while True:
        rows = SearchDocument.objects.filter(waiting=True, pk__gt=after).order_by("pk")
        versions = list(rows.values_list("pk", "version")[:page])
        if not versions:
            return
        found = sources.texts(pk for pk, _ in versions)
        yield from ((pk, version, found.get(pk, Text("", ""))) for pk, version in versions)
        after = versions[-1][0]


def _analyse_here(texts: Iterable[Text], tokenizer: Tokenizer | None) -> Iterator[Analysis]:
    """By the given tokenizer, else by the server, else by a model of this process's own."""
    for text in texts:
        if tokenizer is None:
            try:
                yield from client.analyses([text])
                continue
            except client.NoServerError:
                from madang.engines.texts.tokens import default_tokenizer

                tokenizer = default_tokenizer()
        yield analyse(text, tokenizer)


def _batches(items: Iterable[tuple[int, int, Analysis]], size: int) -> Iterator[list[tuple[int, int, Analysis]]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


@transaction.atomic
def _store(read: Sequence[tuple[int, int, Analysis]]) -> int:
    """Keep analyses of texts that have not changed since they were read; returns how many those are.

    Few texts stay loose and need no lock, so that a citizen who publishes never waits for a job.
    """
    if len(read) >= DIRECT:
        postings.lock()
    analyses = {(pk, version): analysis for pk, version, analysis in read}
    rows = SearchDocument.objects.select_for_update(of=("self",)).filter(pk__in=[pk for pk, _, _ in read], waiting=True)
    current = [row for row in rows.select_related("subject").order_by("pk") if (row.pk, row.version) in analyses]
    entries = [_entry(row, analyses[row.pk, row.version]) for row in current]
    ordinals = postings.write(entries) if len(entries) >= DIRECT else {}
    _update([(row, analyses[row.pk, row.version], ordinals.get(row.pk)) for row in current])
    return len(current)


def _entry(row: SearchDocument, analysis: Analysis) -> Entry:
    return Entry(row.pk, row.place_id, row.subject.kind, analysis.terms, analysis.impacts, analysis.pairs)


def _update(rows: Sequence[tuple[SearchDocument, Analysis, int | None]]) -> None:
    now = timezone.now()
    parameters = [
        (
            client.is_light(analysis.engine), ordinal, analysis.words, analysis.terms, analysis.impacts,
            analysis.pairs if ordinal is None else [], analysis.bands, analysis.fingerprints, analysis.engine, now,
            row.pk,
        )
        for row, analysis, ordinal in rows
    ]  # fmt: skip
    if not parameters:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ground_participation_searchdocument SET waiting = %s, ordinal = %s, words = %s::text[], "
            "terms = %s::text[], impacts = %s, pairs = %s::text[], bands = %s::bigint[], fingerprints = %s::bigint[], "
            "engine_version = %s, indexed_at = %s WHERE subject_id = %s",
            parameters,
        )


@transaction.atomic
def settle(*, at_least: int = LOOSE) -> int:
    """Move the loose documents to the postings when there are enough; returns how many went."""
    loose = SearchDocument.objects.filter(ordinal=None, indexed_at__isnull=False, waiting=False)
    if loose.count() < max(1, at_least):
        return 0
    postings.lock()
    rows = list(loose.select_for_update(of=("self",)).select_related("subject").order_by("pk"))
    _number(postings.write([_settled_entry(row, row.pairs) for row in rows]))
    return len(rows)


def _number(ordinals: dict[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ground_participation_searchdocument d SET ordinal = n.ordinal, pairs = '{}' "
            "FROM unnest(%s::bigint[], %s::int[]) AS n (id, ordinal) WHERE d.subject_id = n.id",
            [list(ordinals), list(ordinals.values())],
        )


def keep() -> None:
    """What the night does: settle the last loose documents, leave dead chunks behind, count words anew."""
    settle(at_least=1)
    postings.merge_due()
    compact()
    recount_terms()


def compact(*, dead_share: float = 0.25) -> list[int]:
    """Leave behind the chunks of which this share or more is dead: their living move to new ones, batch by batch.

    Returns the chunks left. Searches find every document throughout; nothing is read by the model again.
    """
    left = [chunk for chunk, written in postings.chunks() if _living(chunk).count() <= written * (1 - dead_share)]
    for chunk in left:
        while _move(chunk):
            postings.merge_due()
        postings.drop(chunk)
    return left


def _living(chunk: int) -> QuerySet[SearchDocument]:
    low = chunk << postings.CHUNK_BITS
    return SearchDocument.objects.filter(ordinal__gte=low, ordinal__lt=low + postings.CHUNK)


@transaction.atomic
def _move(chunk: int, batch_size: int = 4096) -> int:
    postings.lock()
    rows = list(
        _living(chunk).select_for_update(of=("self",)).select_related("subject").order_by("ordinal")[:batch_size]
    )
    texts = sources.texts(row.pk for row in rows)
    pairs = {pk: sorted(set(char_bigrams(text.whole))) for pk, text in texts.items()}
    _number(postings.write([_settled_entry(row, pairs.get(row.pk, [])) for row in rows]))
    return len(rows)


def _settled_entry(row: SearchDocument, pairs: Sequence[str]) -> Entry:
    return Entry(row.pk, row.place_id, row.subject.kind, row.terms, bytes(row.impacts), pairs)


@transaction.atomic
def recount_terms() -> int:
    """Count anew in how many documents each word stands (words of one document only are not kept)."""
    postings.lock(postings.COUNT_LOCK)
    TermFrequency.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ground_participation_termfrequency (term, documents) SELECT term, sum(count) "
            "FROM ground_participation_posting WHERE left(term, 1) NOT IN ('~', '@') "
            "GROUP BY term HAVING sum(count) > 1"
        )
        return cursor.rowcount
