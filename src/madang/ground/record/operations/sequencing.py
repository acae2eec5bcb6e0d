"""Giving committed entries their places in the log.

Decisions insert their entries without any common lock, and a trigger lets each wait from the same transaction on. One
sequencer at a time (an advisory lock, held for milliseconds and never by a decision) takes what waits, which is by
definition committed, and appends it behind the last leaf. So writers never wait for each other; the order is total; a
long transaction that commits late comes late in the log and is never skipped. See docs/adr/0121.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from madang.engines.ledger.hashing import Frontier, Node, nodes_of
from madang.ground.record.queries.log import hashes_of, tree_size

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# Any number that no other advisory lock of the program uses.
LOCK = 0x4D6164616E67
BATCH = 5_000
# What waits together goes by its date.
WAITING = """
SELECT waiting.entry_id, entry.leaf_hash FROM ground_record_waiting waiting
JOIN ground_record_entry entry ON entry.id = waiting.entry_id
WHERE entry.at <= coalesce(%s, 'infinity'::timestamptz) ORDER BY entry.at, entry.id LIMIT %s
"""
LEAVES = """
INSERT INTO ground_record_leaf (index, entry_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])
"""
NODES = """
INSERT INTO ground_record_node (level, index, hash) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
"""


def sequence(*, batch: int = BATCH, until: datetime | None = None) -> int:
    """Give every waiting entry its place in the log; returns how many there were. Short transactions of `batch`.

    until: leave later decisions waiting, where a history is told after the event.
    """
    total = 0
    while done := _sequence_batch(batch, until):
        total += done
        if done < batch:
            break
    return total


@transaction.atomic
def _sequence_batch(batch: int, until: datetime | None) -> int:
    lock()
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [until, batch])
        rows: list[tuple[int, bytes]] = cursor.fetchall()
        if rows:
            _append(cursor, rows)
    return len(rows)


def lock() -> None:
    """Be the only one who appends, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def frontier() -> Frontier:
    """The right edge of the log as it stands (three short queries)."""
    size = tree_size()
    edges = nodes_of(0, size)
    known = hashes_of(edges)
    return Frontier(size, [known[node] for node in edges])


def _append(cursor: object, rows: Sequence[tuple[int, bytes]]) -> None:
    edge = frontier()
    start = edge.size
    made: list[tuple[Node, bytes]] = []
    for _entry, leaf in rows:
        made += edge.append(bytes(leaf))
    entries = [entry for entry, _leaf in rows]
    run = cursor.execute  # type: ignore[attr-defined]
    run(LEAVES, [list(range(start, edge.size)), entries])
    if made:
        run(NODES, [[n.level for n, _ in made], [n.index for n, _ in made], [hashed for _, hashed in made]])
    run("DELETE FROM ground_record_waiting WHERE entry_id = ANY(%s)", [entries])
