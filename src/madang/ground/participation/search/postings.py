"""Writing the postings: batches of documents as parts, parts of a chunk merged, chunks full of dead entries left.

A document's ordinal is its place in the postings. When its text changes it gets another one, and whatever stands under
the old is dead: no row answers to it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection, transaction
from django.db.models import Count, Max

from madang.ground.participation.models import Posting, PostingPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

CHUNK_BITS = 16
CHUNK = 1 << CHUNK_BITS
# A chunk's parts are merged when there are as many as this.
PARTS = 8
# Any 64-bit numbers that nothing else locks.
LOCK = 0x6D61_6461_6E67_0001
COUNT_LOCK = LOCK + 1


@dataclass(frozen=True)
class Entry:
    """One document on its way into the postings."""

    subject_id: int
    place_id: int
    kind: str
    terms: Sequence[str]
    impacts: bytes
    pairs: Sequence[str]


def pair_term(pair: str) -> str:
    """The posting of a syllable pair."""
    return f"~{pair}"


def place_term(place_id: int) -> str:
    """The posting of all the documents of a place."""
    return f"@place:{place_id}"


def kind_term(kind: str) -> str:
    """The posting of all the documents of a kind."""
    return f"@kind:{kind}"


def lock(name: int = LOCK) -> None:
    """One writer at a time, until the transaction ends. Readers never wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])


def next_ordinal() -> int:
    """The first number never used. Ask under the lock."""
    last = PostingPart.objects.order_by("-first").values_list("first", "documents").first()
    return sum(last) if last else 0


def write(entries: Sequence[Entry]) -> dict[int, int]:
    """Give each entry an ordinal and write its postings; returns ordinals by subject. Under the lock."""
    first = next_ordinal()
    numbered = {entry.subject_id: first + i for i, entry in enumerate(entries)}
    for chunk, low, high in _spans(first, first + len(entries)):
        _write_part(chunk, low & (CHUNK - 1), entries[low - first : high - first])
    return numbered


def _spans(first: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Cut a range of ordinals at the chunks' borders."""
    while first < end:
        chunk = first >> CHUNK_BITS
        stop = min(end, (chunk + 1) << CHUNK_BITS)
        yield chunk, first, stop
        first = stop


def _write_part(chunk: int, offset: int, entries: Sequence[Entry]) -> None:
    part = _next_part(chunk)
    PostingPart.objects.create(chunk=chunk, part=part, first=(chunk << CHUNK_BITS) + offset, documents=len(entries))
    columns = ("term", "chunk", "part", "count", "offsets", "impacts")
    statement = f"COPY {Posting._meta.db_table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"  # noqa: SLF001
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["text", "int2", "int2", "int4", "bytea", "bytea"])
        for term, count, offsets, impacts in _rows(offset, entries):
            copy.write_row((term, chunk, part, count, offsets, impacts))


def _next_part(chunk: int) -> int:
    last = PostingPart.objects.filter(chunk=chunk).aggregate(last=Max("part"))["last"]
    return 0 if last is None else last + 1


def _rows(offset: int, entries: Sequence[Entry]) -> Iterator[tuple[str, int, bytes, bytes]]:
    """Invert the documents: each term once, with the offsets and weights of all that hold it."""
    weighted = _inverted(offset, [(entry.terms, np.frombuffer(entry.impacts, np.uint8)) for entry in entries])
    for term, offsets, impacts in weighted:
        yield term, len(offsets), offsets.tobytes(), impacts.tobytes()
    plain = [[*map(pair_term, entry.pairs), place_term(entry.place_id), kind_term(entry.kind)] for entry in entries]
    for term, offsets, _ in _inverted(offset, [(terms, np.zeros(len(terms), np.uint8)) for terms in plain]):
        yield term, len(offsets), offsets.tobytes(), b""


def _inverted(
    offset: int, documents: Sequence[tuple[Sequence[str], NDArray[np.uint8]]]
) -> Iterator[tuple[str, NDArray[np.uint16], NDArray[np.uint8]]]:
    numbers: dict[str, int] = {}
    flat = [numbers.setdefault(term, len(numbers)) for terms, _ in documents for term in terms]
    if not flat:
        return
    ids = np.array(flat, np.int32)
    offsets = np.repeat(np.arange(offset, offset + len(documents)), [len(terms) for terms, _ in documents])
    impacts = np.concatenate([weights for _, weights in documents])
    order = np.argsort(ids, kind="stable")
    starts = np.searchsorted(ids[order], np.arange(len(numbers) + 1))
    sorted_offsets, sorted_impacts = offsets[order].astype(np.uint16), impacts[order].astype(np.uint8)
    for term, number in numbers.items():
        span = slice(starts[number], starts[number + 1])
        yield term, sorted_offsets[span], sorted_impacts[span]


@transaction.atomic
def merge_due() -> None:
    """Merge the parts of each chunk that has too many: a transaction apart, since it may take seconds."""
    many = PostingPart.objects.values("chunk").annotate(parts=Count("pk")).filter(parts__gte=PARTS)
    if chunks := sorted(many.values_list("chunk", flat=True)):
        lock()
        for chunk in chunks:
            merge(chunk)


def merge(chunk: int, *, at: int = 0) -> bool:
    """Put the parts of a chunk together when there are `at` of them (default: PARTS) or more. Under the lock."""
    parts = PostingPart.objects.filter(chunk=chunk).order_by("part")
    if len(parts) < max(at or PARTS, 2):
        return False
    table = Posting._meta.db_table  # noqa: SLF001
    part = parts[len(parts) - 1].part + 1
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE chunk = %s RETURNING term, part, count, offsets, impacts) "
            f"INSERT INTO {table} (term, chunk, part, count, offsets, impacts) "
            "SELECT term, %s, %s, sum(count), string_agg(offsets, ''::bytea ORDER BY part), "
            "string_agg(impacts, ''::bytea ORDER BY part) FROM gone GROUP BY term",
            [chunk, chunk, part],
        )
    total = sum(one.documents for one in parts)
    parts.delete()
    PostingPart.objects.create(chunk=chunk, part=part, first=parts_first(chunk), documents=total)
    return True


def parts_first(chunk: int) -> int:
    """The first ordinal of a chunk. A merged part holds it from its beginning."""
    return chunk << CHUNK_BITS


@transaction.atomic
def drop(chunk: int) -> None:
    """Forget a chunk in which nobody lives any more, except the newest, which counts the ordinals on."""
    lock()
    newest = PostingPart.objects.aggregate(newest=Max("chunk"))["newest"]
    if chunk == newest:
        return
    Posting.objects.filter(chunk=chunk).delete()
    PostingPart.objects.filter(chunk=chunk).delete()


def chunks() -> Iterable[tuple[int, int]]:
    """Each chunk with the number of documents ever written to it."""
    totals: dict[int, int] = {}
    for chunk, documents in PostingPart.objects.values_list("chunk", "documents"):
        totals[chunk] = totals.get(chunk, 0) + documents
    return sorted(totals.items())
