"""Proofs that an entry, or a stretch of entries, is in a tree, and that one tree only adds to another.

A proof is planned as stretches of leaves (start, stop), whose hashes are then read from wherever nodes are kept:

    proof = [stretch_hash(known, *one) for one in inclusion_stretches(index, size)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.engines.ledger.hashing import EMPTY_ROOT, Node, node_hash, nodes_of, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Stretch = tuple[int, int]


class ProofError(ValueError):
    """A proof does not hold; the message says where."""


def inclusion_stretches(index: int, size: int) -> list[Stretch]:
    """The subtrees beside the way from a leaf up to the root, nearest first (RFC 6962 section 2.1.1).

    >>> inclusion_stretches(3, 7)
    [(2, 3), (0, 2), (4, 7)]
    """
    if not 0 <= index < size:
        raise ProofError(f"There is no entry {index} among {size}.")
    found, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + split(stop - start)
        if index < middle:
            found.append((middle, stop))
            stop = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_stretches(old: int, new: int) -> list[Stretch]:
    """The subtrees that show both roots at once (RFC 6962 section 2.1.2); none where a tree is empty or the same.

    >>> consistency_stretches(3, 7)
    [(2, 3), (3, 4), (0, 2), (4, 7)]
    """
    if not 0 <= old <= new:
        raise ProofError(f"A log of {new} entries cannot have grown from {old}.")
    if old in {0, new}:
        return []
    found, start, stop, whole = [], 0, new, True
    while stop != old:
        middle = start + split(stop - start)
        if old <= middle:
            found.append((middle, stop))
            stop = middle
        else:
            found.append((start, middle))
            start, whole = middle, False
    return [*([] if whole else [(start, stop)]), *found[::-1]]


def range_stretches(first: int, stop: int, size: int) -> list[Stretch]:
    """The subtrees outside entries first … stop - 1, left to right.

    >>> range_stretches(2, 5, 7)
    [(0, 2), (5, 6), (6, 7)]
    """
    if not 0 <= first < stop <= size:
        raise ProofError(f"Entries {first} to {stop - 1} are not among {size}.")
    return list(_outside(0, size, first, stop))


def _outside(low: int, high: int, first: int, stop: int) -> Iterator[Stretch]:
    if high <= first or stop <= low:
        yield low, high
    elif not (first <= low and high <= stop):
        middle = low + split(high - low)
        yield from _outside(low, middle, first, stop)
        yield from _outside(middle, high, first, stop)


def needed(stretches: Iterable[Stretch]) -> set[Node]:
    """The complete subtrees from which the hashes of these stretches follow."""
    return {node for start, stop in stretches for node in nodes_of(start, stop)}


def verify_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofError unless an entry of this hash stands at `index` of the tree (RFC 9162 section 2.1.3.2)."""
    stretches = inclusion_stretches(index, size)
    if len(path) != len(stretches):
        raise ProofError(f"The proof has {len(path)} hashes; entry {index} of {size} needs {len(stretches)}.")
    hashed = leaf
    for (start, _stop), beside in zip(stretches, path, strict=True):
        hashed = node_hash(hashed, beside) if start > index else node_hash(beside, hashed)
    if hashed != root:
        raise ProofError(f"Entry {index} does not lead to the root of the {size} entries.")


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Raise ProofError unless the tree of `new` leaves only adds to that of `old` (RFC 9162 section 2.1.4.2)."""
    expected = len(consistency_stretches(old, new))
    if len(path) != expected:
        raise ProofError(f"The proof has {len(path)} hashes; from {old} to {new} entries it needs {expected}.")
    if old == new and old_root != new_root:
        raise ProofError(f"Two checkpoints over the same {old} entries have different roots: the log was forked.")
    if old == 0 and old_root != EMPTY_ROOT:
        raise ProofError("The root of an empty log is wrong.")
    if old in {0, new}:
        return
    before, after = _both_roots(old, new, [*([old_root] if old.bit_count() == 1 else []), *path])
    if before != old_root:
        raise ProofError(f"The proof does not lead to the earlier root, over {old} entries.")
    if after != new_root:
        raise ProofError(f"The proof does not lead to the later root, over {new} entries: something was rewritten.")


def _both_roots(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = path[0]
    for beside in path[1:]:
        if first & 1 or first == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        first, last = first >> 1, last >> 1
    return before, after


def verify_range(*, leaves: Sequence[bytes], first: int, size: int, root: bytes, outside: Sequence[bytes]) -> None:
    """Raise ProofError unless these leaf hashes stand at first, first + 1, … of the tree, all of them and in order."""
    stop = first + len(leaves)
    if len(outside) != len(range_stretches(first, stop, size)):
        raise ProofError(f"The proof has {len(outside)} hashes, too many or too few for entries {first} to {stop - 1}.")
    inside, rest = iter(leaves), iter(outside)

    def hashed(low: int, high: int) -> bytes:
        if high <= first or stop <= low:
            return next(rest)
        if high - low == 1:
            return next(inside)
        middle = low + split(high - low)
        return node_hash(hashed(low, middle), hashed(middle, high))

    if hashed(0, size) != root:
        raise ProofError(f"Entries {first} to {stop - 1} do not lead to the root of the {size} entries.")
