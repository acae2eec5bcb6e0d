"""Votes as rows of people in one canonical order, so that a result does not depend on the order of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from madang.engines.opinions.votes import Votes


@dataclass(frozen=True)
class Cells:
    """The votes of n people on m statements in rows.

    ptr: int64 of shape (n+1,), the votes of person i are ptr[i]:ptr[i+1]. statement: int32 (v,), rising within a
    person. value: int8 (v,). people, statements: where row i and column j stand in the votes that they come from.
    """

    ptr: NDArray[np.int64] = field(repr=False)
    statement: NDArray[np.int32] = field(repr=False)
    value: NDArray[np.int8] = field(repr=False)
    people: NDArray[np.int64] = field(repr=False)
    statements: NDArray[np.int64] = field(repr=False)

    @property
    def n(self) -> int:
        return len(self.people)

    @property
    def m(self) -> int:
        return len(self.statements)

    def __len__(self) -> int:
        return len(self.value)

    def counted(self) -> NDArray[np.int64]:
        """Votes of each person, shape (n,)."""
        return np.diff(self.ptr)


def _by_name(names: tuple[str, ...]) -> NDArray[np.int64]:
    if all(a < b for a, b in pairwise(names)):
        return np.arange(len(names))
    return np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)


def rows_of(votes: Votes) -> Cells:
    """Rows by id of person, columns by id of statement; hidden and meta statements are left out.

    >>> from madang.engines.opinions.votes import collect
    >>> rows_of(collect(("b", "a"), ("s", "t"), [0, 1, 1], [0, 0, 1], [1, -1, 0])).value.tolist()
    [-1, 0, 1]
    """
    people, columns = _by_name(votes.people), _by_name(votes.statements)
    out = votes.hidden | votes.meta
    columns = columns[[int(j) not in out for j in columns]] if out else columns
    n, m = len(people), len(columns)
    if m == len(votes.statements) and _is_range(people) and _is_range(columns):
        return Cells(_bounds(votes.person, n), votes.statement, votes.value, people, columns)
    row, column = np.empty(n, np.int32), np.full(len(votes.statements), -1, np.int32)
    row[people], column[columns] = np.arange(n), np.arange(m)
    at = column[votes.statement]
    seen = at >= 0
    table = sp.csr_array((votes.value[seen] + np.int8(2), (row[votes.person[seen]], at[seen])), shape=(n, max(m, 1)))
    table.sort_indices()
    ptr, statement = table.indptr.astype(np.int64), table.indices.astype(np.int32)
    return Cells(ptr, statement, (table.data - 2).astype(np.int8), people, columns)


def some_people(cells: Cells, chosen: NDArray[np.int64]) -> Cells:
    """The rows of those people only, in the order given."""
    count = cells.counted()[chosen]
    ptr = np.concatenate(([0], np.cumsum(count)))
    at = np.repeat(cells.ptr[chosen] - ptr[:-1], count) + np.arange(ptr[-1])
    return Cells(ptr, cells.statement[at], cells.value[at], cells.people[chosen], cells.statements)


def kept(cells: Cells, keep: NDArray[np.uint8]) -> Cells:
    """The votes where keep is 1, of the same people and statements."""
    before = np.concatenate(([0], np.cumsum(keep, dtype=np.int64)))
    chosen = keep.astype(np.bool_)
    return Cells(before[cells.ptr], cells.statement[chosen], cells.value[chosen], cells.people, cells.statements)


def _is_range(order: NDArray[np.int64]) -> bool:
    return bool(np.all(order == np.arange(len(order))))


def _bounds(person: NDArray[np.int32], n: int) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.bincount(person, minlength=n)[:n]))).astype(np.int64)
