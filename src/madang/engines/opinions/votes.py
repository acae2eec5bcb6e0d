"""The votes of a conversation: sparse, one per person and statement, in one order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

AGREE, PASS, DISAGREE = 1, 0, -1


class VotesError(ValueError):
    """Votes that can't be read; says which and what to do."""


@dataclass(frozen=True)
class Votes:
    """The last vote of each pair, sorted by person, then statement.

    people: n ids, statements: m ids, both as text and in the order of their index. person, statement: index of each
    vote, int32 of shape (v,). value: +1 agree, 0 pass, -1 disagree, int8 of shape (v,). A person without a vote may be
    among the people, a statement without one among the statements. hidden: statements that moderation rejected; meta:
    statements about the process (both as indexes).
    """

    people: tuple[str, ...]
    statements: tuple[str, ...]
    person: NDArray[np.int32] = field(repr=False)
    statement: NDArray[np.int32] = field(repr=False)
    value: NDArray[np.int8] = field(repr=False)
    hidden: frozenset[int] = frozenset()
    meta: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.value)

    def digest(self) -> str:
        """SHA-256 of everything that a result depends on, the same on every machine."""
        told = hashlib.sha256()
        for ids in (self.people, self.statements):
            told.update(f"{len(ids)}\n".encode())
            told.update("\n".join(ids).encode())
        for array, kind in ((self.person, "<i4"), (self.statement, "<i4"), (self.value, "<i1")):
            told.update(np.ascontiguousarray(array, dtype=kind).data)
        told.update(f"{sorted(self.hidden)}{sorted(self.meta)}".encode())
        return told.hexdigest()


def ordered(names: Sequence[str]) -> list[int]:
    """Indexes of ids in the order of numbers where all are whole numbers, else in that of the alphabet.

    >>> ordered(["10", "9"]), ordered(["10", "9", "b"])
    ([1, 0], [0, 1, 2])
    """
    if all(name.isascii() and name.removeprefix("-").isdigit() for name in names):
        return sorted(range(len(names)), key=lambda i: (int(names[i]), names[i]))
    return sorted(range(len(names)), key=names.__getitem__)


def collect(
    people: Sequence[str],
    statements: Sequence[str],
    person: ArrayLike,
    statement: ArrayLike,
    value: ArrayLike,
    *,
    hidden: frozenset[int] = frozenset(),
    meta: frozenset[int] = frozenset(),
) -> Votes:
    """Votes from events in the order in which they were cast: the last of a pair counts.

    person, statement: index of each event; value: -1, 0 or 1. Raises VotesError for anything else.

    >>> collect(("a", "b"), ("s",), [0, 1, 0], [0, 0, 0], [1, -1, 0]).value.tolist()
    [0, -1]
    """
    who, what = np.asarray(person, dtype=np.int64), np.asarray(statement, dtype=np.int64)
    said = np.asarray(value, dtype=np.int64)
    if not who.shape == what.shape == said.shape or who.ndim != 1:
        raise VotesError("Persons, statements and votes must be equally many: give one of each per vote.")
    if len(said) and (said.min() < DISAGREE or said.max() > AGREE):
        raise VotesError("A vote is 1 (agree), 0 (pass) or -1 (disagree): correct the others.")
    if len(said) and (who.min() < 0 or what.min() < 0 or who.max() >= len(people) or what.max() >= len(statements)):
        raise VotesError("A vote names a person or a statement that is not listed: list it first.")
    key = who * max(len(statements), 1) + what
    # The last event of a pair is the first of the reversed order; unique() gives the pairs sorted.
    pairs, last = np.unique(key[::-1], return_index=True)
    chosen = said[::-1][last]
    return Votes(
        tuple(people),
        tuple(statements),
        (pairs // max(len(statements), 1)).astype(np.int32),
        (pairs % max(len(statements), 1)).astype(np.int32),
        chosen.astype(np.int8),
        hidden,
        meta,
    )
