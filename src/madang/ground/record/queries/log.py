"""Reading the log: its size, the hashes of its nodes, its checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max

from madang.engines.ledger.hashing import Node, nodes_of, stretch_hash
from madang.ground.record.models import Checkpoint, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from madang.engines.ledger.proofs import Stretch

LEAVES = """
SELECT leaf.index, entry.leaf_hash FROM ground_record_leaf leaf
JOIN ground_record_entry entry ON entry.id = leaf.entry_id WHERE leaf.index = ANY(%s)
"""
NODES = """
SELECT node.level, node.index, node.hash FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index)
JOIN ground_record_node node ON node.level = wanted.level AND node.index = wanted.index
"""


def tree_size() -> int:
    """How many entries have their place in the log."""
    last = Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.select_related("key").order_by("-id").first()


def hashes_of(wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of complete subtrees, by node (at most two queries); what is not there is left out."""
    nodes = list(wanted)
    leaves = [node.index for node in nodes if not node.level]
    above = [node for node in nodes if node.level]
    found: dict[Node, bytes] = {}
    with connection.cursor() as cursor:
        if leaves:
            cursor.execute(LEAVES, [leaves])
            found |= {Node(0, index): bytes(hashed) for index, hashed in cursor.fetchall()}
        if above:
            cursor.execute(NODES, [[node.level for node in above], [node.index for node in above]])
            found |= {Node(level, index): bytes(hashed) for level, index, hashed in cursor.fetchall()}
    return found


def proof_of(stretches: Sequence[Stretch]) -> list[bytes]:
    """The hashes of a planned proof (at most two queries)."""
    known = hashes_of({node for start, stop in stretches for node in nodes_of(start, stop)})
    return [stretch_hash(known, start, stop) for start, stop in stretches]
