"""The public record after it came back: recomputed from its bytes, against every checkpoint that was signed."""

from __future__ import annotations

from madang.engines.ledger.hashing import Frontier, leaf_hash
from madang.ground.record.models import Checkpoint, Leaf
from madang.web.backup.errors import DamagedError


def verify() -> int:
    """How many entries the log holds; raises DamagedError where it is not what its checkpoints promised."""
    roots = {size: bytes(root) for size, root in Checkpoint.objects.values_list("size", "root")}
    edge = Frontier()
    _promised(roots, edge)
    rows = Leaf.objects.order_by("index").values_list("index", "entry__canonical", "entry__leaf_hash")
    for index, canonical, stored in rows.iterator(chunk_size=2000):
        hashed = leaf_hash(bytes(canonical))
        if index != edge.size or hashed != bytes(stored):
            raise DamagedError(f"Entry {index} of the public record is not what was logged. Do not use this database.")
        edge.append(hashed)
        _promised(roots, edge)
    if roots:
        raise DamagedError(f"The public record ends before {max(roots)} entries, which a checkpoint promised.")
    return edge.size


def _promised(roots: dict[int, bytes], edge: Frontier) -> None:
    root = roots.pop(edge.size, None)
    if root is not None and root != edge.root:
        raise DamagedError(f"The public record differs from the checkpoint over {edge.size} entries.")
