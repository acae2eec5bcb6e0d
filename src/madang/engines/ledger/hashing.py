"""Hashes of a Merkle tree (RFC 6962 section 2.1), and which complete subtrees make up a stretch of leaves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

EMPTY_ROOT = sha256(b"").digest()


@dataclass(frozen=True, order=True)
class Node:
    """A complete subtree: it covers the leaves from index·2^level up to (index + 1)·2^level."""

    level: int
    index: int


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry's bytes. The zero before it keeps a leaf from being passed off as a node.

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node from those of its two halves."""
    return sha256(b"\x01" + left + right).digest()


def split(n: int) -> int:
    """The largest power of two below n (n ≥ 2): where a tree of n leaves divides.

    >>> [split(n) for n in (2, 3, 4, 5, 8, 9)]
    [1, 2, 2, 4, 4, 8]
    """
    return 1 << (n - 1).bit_length() - 1


def nodes_of(start: int, stop: int) -> list[Node]:
    """The complete subtrees that make up leaves start … stop - 1, left to right.

    `start` must be aligned, as it is for every subtree of an RFC 6962 tree: 0, or a multiple of the largest part.

    >>> nodes_of(0, 7)
    [Node(level=2, index=0), Node(level=1, index=2), Node(level=0, index=6)]
    """
    found = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        found.append(Node(level, start >> level))
        start += 1 << level
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees of falling size, left to right."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes)) if hashes else EMPTY_ROOT


def stretch_hash(known: Mapping[Node, bytes], start: int, stop: int) -> bytes:
    """The hash of the subtree over leaves start … stop - 1. Raises KeyError for a node that is not known."""
    return fold([known[node] for node in nodes_of(start, stop)])


class Frontier:
    """The right edge of a growing tree: enough to append and to tell the root, in O(log n) memory.

    >>> edge = Frontier()
    >>> [len(edge.append(leaf_hash(bytes([i])))) for i in range(4)]
    [0, 1, 0, 2]
    >>> edge.size
    4
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Go on at `size`, with the hashes of `nodes_of(0, size)`. Raises ValueError if their number is wrong."""
        if len(hashes) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} edges, not {len(hashes)}.")
        self.size = size
        self._edges = list(hashes)

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add the hash of a leaf; returns the nodes above the leaves that became complete, lowest first."""
        made, hashed, index, level = [], leaf, self.size, 0
        while index & 1:
            hashed, index, level = node_hash(self._edges.pop(), hashed), index >> 1, level + 1
            made.append((Node(level, index), hashed))
        self._edges.append(hashed)
        self.size += 1
        return made

    @property
    def root(self) -> bytes:
        """The root over everything appended so far."""
        return fold(self._edges)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    edge = Frontier()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root


def all_nodes(leaves: Iterable[bytes]) -> Iterator[tuple[Node, bytes]]:
    """Every complete subtree over these leaf hashes, the leaves themselves included."""
    edge = Frontier()
    for index, leaf in enumerate(leaves):
        yield Node(0, index), leaf
        yield from edge.append(leaf)
