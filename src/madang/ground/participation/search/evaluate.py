"""Carrying out a plan over postings, all of them: exact, and a few milliseconds for hundreds of thousands of documents.

Within a chunk of 65,536 ordinals everything is a dense array; scores of documents become one sortable 64-bit key.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madang.ground.participation.search.postings import CHUNK, CHUNK_BITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Part = tuple[NDArray[np.uint16], NDArray[np.uint8]]
    Terms = Mapping[str, list[Part]]
    Keys = NDArray[np.int64]
    Mask = NDArray[np.bool_]

# One unit of a key's score; scores stay below 2**31 of them.
UNIT = 1e-4


def idf(documents: int, total: int) -> float:
    """Weight of a word in so many of all documents (as in the engine's ranking)."""
    return math.log(1 + (max(total, documents) - documents + 0.5) / (documents + 0.5))


class Postings:
    """The fetched postings of a query's terms, by chunk."""

    def __init__(self, rows: Iterable[tuple[str, int, bytes, bytes]], documents: int) -> None:
        self.documents = documents
        self.chunks: dict[int, dict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
        self.counts: dict[str, int] = defaultdict(int)
        for term, chunk, offsets, impacts in rows:
            found = np.frombuffer(offsets, "<u2")
            self.chunks[chunk][term].append((found, np.frombuffer(impacts, np.uint8)))
            self.counts[term] += len(found)

    def add(self, other: Postings) -> None:
        """Take in the postings of further terms."""
        for chunk, terms in other.chunks.items():
            self.chunks[chunk].update(terms)
        self.counts.update(other.counts)


def holders(terms: Terms, wanted: Sequence[str]) -> Mask | None:
    """Which offsets hold every wanted term; None where some term is missing altogether."""
    if any(term not in terms for term in wanted):
        return None
    counts = np.zeros(CHUNK, np.uint8)
    for term in wanted:
        for offsets, _ in terms[term]:
            counts[offsets] += 1
    return counts == len(wanted)


def within(terms: Terms, any_of: Sequence[str]) -> Mask:
    """Which offsets hold one of these terms."""
    mask = np.zeros(CHUNK, np.bool_)
    for term in any_of:
        for offsets, _ in terms.get(term, ()):
            mask[offsets] = True
    return mask


def scores(terms: Terms, weights: Mapping[str, float]) -> NDArray[np.float32]:
    """The sum of weight × impact over the terms present, by offset."""
    total = np.zeros(CHUNK, np.float32)
    for term, weight in weights.items():
        for offsets, impacts in terms.get(term, ()):
            total[offsets] += impacts * np.float32(weight / 255)
    return total


@dataclass(frozen=True)
class Filters:
    """Postings that bound a search: a document stands in one of each group, and in none of `without`."""

    groups: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()

    @property
    def terms(self) -> list[str]:
        """Every posting that is asked for."""
        return [*(term for group in self.groups for term in group), *self.without]

    def narrow(self, terms: Terms, mask: Mask) -> Mask:
        """The mask with everything outside taken away."""
        for group in self.groups:
            mask = mask & within(terms, group)
        return mask & ~within(terms, self.without) if self.without else mask


def chunk_keys(chunk: int, terms: Terms, mask: Mask, weights: Mapping[str, float], filters: Filters) -> Keys:
    """Sortable keys of a chunk's documents under the mask and within the filters.

    The score stands above, the ordinal below, so that the newer of two equals comes first.
    """
    mask = filters.narrow(terms, mask)
    offsets = np.flatnonzero(mask)
    units = np.rint(scores(terms, weights)[offsets] / np.float32(UNIT)).astype(np.int64)
    return (units << 32) | ((chunk << CHUNK_BITS) + offsets)


def score_of(key: int) -> float:
    """The score in a key."""
    return round((key >> 32) * UNIT, 4)


def ordinals_of(some: Keys) -> list[int]:
    """The ordinals in keys."""
    return (some & 0xFFFFFFFF).tolist()


def best(some: Keys, count: int) -> Keys:
    """The `count` largest keys, largest first."""
    if len(some) > count:
        some = np.partition(some, len(some) - count)[len(some) - count :]
    return np.sort(some)[::-1]
