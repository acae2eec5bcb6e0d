"""Votes, written exactly once: by a page, by the API and by the lane through the same function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from madang.explore.deliberations.queries.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

COUNTED, REPEATED, REFUSED = "counted", "repeated", "refused"
# Keeps the locks of voting apart from every other advisory lock.
LOCKS = 0x0DE1_1B00_0000_0000


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one participant: a vote (1, 0, -1), or None to take it back. `key`: the browser's, once per act."""

    deliberation: int
    participant: int
    statement: int
    value: int | None
    key: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act: counted, repeated (it had been counted before), or refused with a code that says why."""

    key: UUID
    status: str
    reason: str = ""


LOCK = """
SELECT pg_advisory_xact_lock(%(base)s::bigint + who)
FROM (SELECT DISTINCT unnest(%(people)s::bigint[]) AS who ORDER BY who) AS them
"""
# Casts are appended in the order in which they came; of those that are new the last of each pair becomes the vote.
WRITE = """
WITH came AS MATERIALIZED (
    SELECT * FROM unnest(%(people)s::bigint[], %(statements)s::bigint[], %(values)s::smallint[], %(keys)s::uuid[],
        %(times)s::timestamptz[]) WITH ORDINALITY AS row(participant, statement, value, key, at, nth)
),
new AS (
    INSERT INTO explore_deliberations_cast (participant_id, statement_id, value, client_key, cast_at)
    SELECT participant, statement, value, key, at FROM came ORDER BY nth
    ON CONFLICT (participant_id, client_key) DO NOTHING
    RETURNING id, participant_id, statement_id, value, client_key, cast_at
),
last AS (
    SELECT DISTINCT ON (participant_id, statement_id) * FROM new ORDER BY participant_id, statement_id, id DESC
),
put AS (
    INSERT INTO explore_deliberations_vote (participant_id, statement_id, value, cast_at)
    SELECT participant_id, statement_id, value, cast_at FROM last WHERE value IS NOT NULL
    ON CONFLICT (participant_id, statement_id) DO UPDATE SET value = EXCLUDED.value, cast_at = EXCLUDED.cast_at
),
gone AS (
    DELETE FROM explore_deliberations_vote AS vote USING last WHERE last.value IS NULL
        AND vote.participant_id = last.participant_id AND vote.statement_id = last.statement_id
)
SELECT participant_id, client_key FROM new
"""
BEFORE = """
SELECT participant_id, client_key FROM explore_deliberations_cast
WHERE (participant_id, client_key) IN (SELECT unnest(%(people)s::bigint[]), unnest(%(keys)s::uuid[]))
"""


def cast(acts: Sequence[Act], *, fresh: bool = False) -> list[Outcome]:
    """Write acts of any number of people in one transaction; one outcome each, in order.

    An act whose key was written before changes nothing, even after voting has closed: it is told as repeated. Acts of
    one participant are one after the other whichever process writes them (a lock each, taken in one order), so that
    the last cast is the vote. fresh: ask the rules anew instead of trusting this second's memory.
    """
    terms = terms_of((act.deliberation for act in acts), fresh=fresh)
    reasons = [_why_not(terms.get(act.deliberation), act) for act in acts]
    fit = [act for act, reason in zip(acts, reasons, strict=True) if not reason]
    unfit = [act for act, reason in zip(acts, reasons, strict=True) if reason]
    with transaction.atomic(), connection.cursor() as cursor:
        new = _write(cursor, fit) if fit else set()
        before = _written_before(cursor, unfit) if unfit else set()
    return [_outcome(act, reason, new, before) for act, reason in zip(acts, reasons, strict=True)]


def _why_not(terms: Any, act: Act) -> str:
    return terms.why_not(act.statement, act.at) if terms else "closed"


def _write(cursor: Any, acts: Sequence[Act]) -> set[tuple[int, UUID]]:
    values = {
        "base": LOCKS,
        "people": [act.participant for act in acts],
        "statements": [act.statement for act in acts],
        "values": [act.value for act in acts],
        "keys": [act.key for act in acts],
        "times": [act.at for act in acts],
    }
    cursor.execute(LOCK, values)
    cursor.execute(WRITE, values)
    return set(cursor.fetchall())


def _written_before(cursor: Any, acts: Sequence[Act]) -> set[tuple[int, UUID]]:
    cursor.execute(BEFORE, {"people": [act.participant for act in acts], "keys": [act.key for act in acts]})
    return set(cursor.fetchall())


def _outcome(act: Act, reason: str, new: set[tuple[int, UUID]], before: set[tuple[int, UUID]]) -> Outcome:
    """The first of two acts with one key in one batch counts; the second is its repetition."""
    mine = (act.participant, act.key)
    if reason:
        return Outcome(act.key, REPEATED) if mine in before else Outcome(act.key, REFUSED, reason)
    if mine in new:
        new.discard(mine)
        return Outcome(act.key, COUNTED)
    return Outcome(act.key, REPEATED)
