"""The votes of a deliberation as arrays: no object per row, so that a million votes take some 40 MB and a second."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from madang.explore.deliberations.models import Deliberation, Statement, Vote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from madang.engines.opinions.votes import Votes

UPTO = "SELECT coalesce(max(id), 0) FROM explore_deliberations_cast"
VOTES = """
COPY (SELECT participant.number::int4, statement.number::int4, vote.value::int2
      FROM explore_deliberations_vote vote
      JOIN explore_deliberations_statement statement ON statement.id = vote.statement_id
      JOIN explore_deliberations_participant participant ON participant.id = vote.participant_id
      WHERE statement.deliberation_id = %s AND statement.status <> 'waiting')
TO STDOUT (FORMAT binary)
"""
CASTS = """
COPY (SELECT participant.number::int4, statement.number::int4, coalesce(item.value, 9)::int2,
             (extract(epoch FROM item.cast_at) * 1000)::int8
      FROM explore_deliberations_cast item
      JOIN explore_deliberations_statement statement ON statement.id = item.statement_id
      JOIN explore_deliberations_participant participant ON participant.id = item.participant_id
      WHERE statement.deliberation_id = %s AND statement.status <> 'waiting'
      ORDER BY item.cast_at, item.id)
TO STDOUT (FORMAT binary)
"""
# What COPY writes before the first row, and the words around each value (the number of columns, the size of each).
HEAD = 19
VOTE_ROW = np.dtype([("n", ">i2"), ("_a", ">i4"), ("number", ">i4"), ("_b", ">i4"), ("statement", ">i4"),
                     ("_c", ">i4"), ("value", ">i2")])  # fmt: skip
CAST_ROW = np.dtype([*VOTE_ROW.descr, ("_d", ">i4"), ("at", ">i8")])
TAKEN_BACK = 9


@dataclass(frozen=True)
class Read:
    """What a map is made of. votes: ids are numbers as text. upto: no cast after this one was read for sure."""

    votes: Votes
    upto: int
    statements: tuple[tuple[int, str, bool], ...] = field(repr=False)


def read(deliberation: Deliberation) -> Read:
    """Every last word on statements that are shown or were rejected; those that wait for a check have none."""
    from madang.engines.opinions.votes import collect

    statements = listed(deliberation)
    with connection.cursor() as cursor:
        # First, so that a vote which arrives meanwhile is read twice rather than never.
        cursor.execute(UPTO)
        upto = cursor.fetchone()[0]
    rows = copied(VOTES, deliberation.pk, VOTE_ROW)
    known = np.array([number for number, _status, _meta in statements], dtype=np.int64)
    # A statement that was let through since its list was read waits for the next map.
    rows = rows[np.isin(rows["statement"], known)]
    numbers, person = np.unique(rows["number"].astype(np.int64), return_inverse=True)
    votes = collect(
        tuple(map(str, numbers.tolist())),
        tuple(map(str, known.tolist())),
        person,
        np.searchsorted(known, rows["statement"].astype(np.int64)),
        rows["value"].astype(np.int64),
        hidden=frozenset(i for i, (_n, status, _m) in enumerate(statements) if status == Statement.Status.REJECTED),
        meta=frozenset(i for i, (_n, _status, meta) in enumerate(statements) if meta),
    )
    return Read(votes, upto, statements)


def listed(deliberation: Deliberation) -> tuple[tuple[int, str, bool], ...]:
    """Number, status and whether it is about the process, of each statement that was checked, by number."""
    rows = Statement.objects.filter(deliberation=deliberation).exclude(status=Statement.Status.WAITING)
    return tuple(rows.order_by("number").values_list("number", "status", "is_meta"))


def casts(deliberation: Deliberation) -> NDArray[np.void]:
    """Every vote as it came: number, statement, value (9: taken back), at (milliseconds since 1970), oldest first."""
    return copied(CASTS, deliberation.pk, CAST_ROW)


def own_votes(participant_id: int) -> Sequence[tuple[int, int]]:
    """Number of the statement and last word of one person (one query)."""
    rows = Vote.objects.filter(participant_id=participant_id)
    return list(rows.values_list("statement__number", "value"))


def copied(query: str, deliberation: int, row: np.dtype[np.void]) -> NDArray[np.void]:
    """Rows without NULL in PostgreSQL's binary format: each takes the same number of bytes."""
    held = bytearray()
    with connection.cursor() as cursor, cursor.copy(query % int(deliberation)) as copy:
        for block in copy:
            held += block
    return np.frombuffer(held, row, count=(len(held) - HEAD - 2) // row.itemsize, offset=HEAD)
