"""The whole record as lines, read as a stream from one snapshot. Same record, same bytes. Format: docs/record.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from madang.engines.ledger.files import FORMAT, VERSION
from madang.engines.ledger.hashing import Frontier
from madang.ground.record import results, signing
from madang.ground.record.models import Checkpoint, Cosignature, Leaf, LogKey, Witness
from madang.ground.record.sealing import openings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from madang.ground.record.models import Entry

CHUNK = 2_000
# Who decided may be forgotten and is never exported: its salt would let anybody try every person.
EXPORTED = ("reason", "data")


def lines() -> Iterator[str]:
    """Every line of the export, each with its newline."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for line in _objects():
            yield json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _objects() -> Iterator[dict[str, Any]]:
    keys = list(LogKey.objects.all())
    yield {"format": FORMAT, "version": VERSION, "origin": keys[0].name if keys else signing.origin()}
    yield from ({"key": key.key.text} for key in keys)
    yield from ({"witness": one.key.text, "organization": one.organization} for one in Witness.objects.all())
    edge, points = Frontier(), _checkpoints()
    point = next(points, None)
    while point and not point[0]:
        yield {"checkpoint": point[1]}
        point = next(points, None)
    for leaf in Leaf.objects.select_related("entry").order_by("index").iterator(CHUNK):
        edge.append(bytes(leaf.entry.leaf_hash))
        yield {"entry": bytes(leaf.entry.canonical).decode(), "index": leaf.index, "openings": opened(leaf.entry)}
        while point and point[0] == edge.size:
            yield {"checkpoint": point[1]}
            point = next(points, None)
    yield from results.published()
    count = Checkpoint.objects.count()
    yield {"end": {"entries": edge.size, "checkpoints": count, "root": edge.root.hex()}}


def opened(entry: Entry) -> dict[str, list[str]]:
    """The public openings of an entry: salt and value of reason and data, as long as they are not withheld."""
    return {part: [salt.hex(), value] for part, salt, value in openings_of(entry) if part in EXPORTED}


def _checkpoints() -> Iterator[tuple[int, str]]:
    """(size, note with the witnesses' lines) in the order of signing."""
    rows = Checkpoint.objects.order_by("id").prefetch_related("cosignatures")
    for row in rows.iterator(CHUNK):
        yield row.size, with_cosignatures(row)


def with_cosignatures(checkpoint: Checkpoint) -> str:
    """The note of a checkpoint with its witnesses' lines below ours (cosignatures loaded)."""
    rows: list[Cosignature] = sorted(checkpoint.cosignatures.all(), key=lambda row: row.pk)
    return checkpoint.note + "".join(f"{row.line}\n" for row in rows)
