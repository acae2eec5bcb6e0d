"""A deliberation as Polis exports one: four CSV files, streamed, so that its tools (and ours) can read it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection
from django.urls import reverse

from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Deliberation, Map, Statement
from madang.explore.deliberations.queries.votes import VOTE_ROW, VOTES, copied
from madang.ground.footing.cells import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

BLOCK = 500
# Numbers and times only: no cell of these could be run as a formula.
VOTE_LINES = """
COPY (SELECT (extract(epoch FROM vote.cast_at) * 1000)::bigint AS "timestamp",
             to_char(vote.cast_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "datetime",
             statement.number AS "comment-id", participant.number AS "voter-id", vote.value AS "vote"
      FROM explore_deliberations_vote vote
      JOIN explore_deliberations_statement statement ON statement.id = vote.statement_id
      JOIN explore_deliberations_participant participant ON participant.id = vote.participant_id
      WHERE statement.deliberation_id = %s AND statement.status <> 'waiting'
      ORDER BY vote.cast_at, participant.number, statement.number)
TO STDOUT (FORMAT csv, HEADER true)
"""


def votes_csv(deliberation: Deliberation) -> Iterator[bytes]:
    """The last word of each person on each statement, oldest first; +1 is agree."""
    with connection.cursor() as cursor, cursor.copy(VOTE_LINES % int(deliberation.pk)) as copy:
        held = bytearray()
        for block in copy:
            held += block
            if len(held) > 65536:
                yield bytes(held)
                held.clear()
        yield bytes(held)


def comments_csv(deliberation: Deliberation) -> Iterator[bytes]:
    """The statements with their counts and how they were moderated."""
    counts = _counts(deliberation)
    known = Statement.objects.filter(deliberation=deliberation).exclude(status=Statement.Status.WAITING)
    rows = known.select_related("author").order_by("number").iterator(chunk_size=BLOCK)
    head = ("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body",
            "is-meta")  # fmt: skip
    return _lines(head, (_comment(row, counts) for row in rows))


def _comment(row: Statement, counts: dict[int, tuple[int, int]]) -> tuple[object, ...]:
    agrees, disagrees = counts.get(row.number, (0, 0))
    return (
        int(row.created_at.timestamp() * 1000), f"{row.created_at:%Y-%m-%dT%H:%M:%SZ}", row.number,
        row.author.number if row.author else "", agrees, disagrees,
        -1 if row.status == Statement.Status.REJECTED else 1, row.text, int(row.is_meta),
    )  # fmt: skip


def participants_csv(deliberation: Deliberation, shown: Map | None) -> Iterator[bytes]:
    """A row for each participant with a vote: group on the current map, counts, and a column for each statement."""
    rows = np.sort(copied(VOTES, deliberation.pk, VOTE_ROW), order=["number", "statement"])
    statements = sorted({int(number) for number in np.unique(rows["statement"])})
    authors = Statement.objects.filter(deliberation=deliberation, author__isnull=False)
    written: dict[int, int] = {}
    for number in authors.values_list("author__number", flat=True):
        written[number] = written.get(number, 0) + 1
    head = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *map(str, statements))
    return _lines(head, _people(rows, statements, written, _groups(shown)))


def _people(
    rows: NDArray[np.void], statements: Sequence[int], written: dict[int, int], groups: dict[int, int]
) -> Iterator[tuple[object, ...]]:
    place = {number: index for index, number in enumerate(statements)}
    numbers, starts = np.unique(rows["number"], return_index=True)
    for number, part in zip(numbers.tolist(), np.split(rows, starts[1:]), strict=True):
        cells: list[object] = [""] * len(statements)
        for statement, value in zip(part["statement"].tolist(), part["value"].tolist(), strict=True):
            cells[place[statement]] = value
        agrees, disagrees = int((part["value"] == 1).sum()), int((part["value"] == -1).sum())
        yield number, groups.get(number, ""), written.get(number, 0), len(part), agrees, disagrees, *cells


def _groups(shown: Map | None) -> dict[int, int]:
    if shown is None:
        return {}
    people = packing.people(shown.points)
    inside = people[people["group"] >= 0]
    return dict(zip(inside["number"].tolist(), inside["group"].tolist(), strict=True))


def summary_csv(deliberation: Deliberation, shown: Map | None, *, site: str) -> Iterator[bytes]:
    """The conversation in eight lines."""
    authors = Statement.objects.filter(deliberation=deliberation, author__isnull=False)
    told = (
        ("topic", deliberation.title), ("url", site + reverse("deliberations:detail", args=[deliberation.pk])),
        ("voters", deliberation.participant_count), ("voters-in-conv", deliberation.participant_count),
        ("commenters", authors.values("author").distinct().count()), ("comments", deliberation.statement_count),
        ("groups", len(shown.result["groups"]) if shown else 0),
        ("conversation-description", deliberation.description), ("attribution", deliberation.attribution),
    )  # fmt: skip
    return _lines(told[0], told[1:])


FILES: dict[str, Callable[[Deliberation, Map | None, str], Iterator[bytes]]] = {
    "votes": lambda row, _shown, _site: votes_csv(row),
    "comments": lambda row, _shown, _site: comments_csv(row),
    "participants-votes": lambda row, shown, _site: participants_csv(row, shown),
    "summary": lambda row, shown, site: summary_csv(row, shown, site=site),
}


def _counts(deliberation: Deliberation) -> dict[int, tuple[int, int]]:
    rows = copied(VOTES, deliberation.pk, VOTE_ROW)
    numbers, at = np.unique(rows["statement"], return_inverse=True)
    agrees = np.bincount(at, rows["value"] == 1, len(numbers)).astype(int)
    disagrees = np.bincount(at, rows["value"] == -1, len(numbers)).astype(int)
    return dict(zip(numbers.tolist(), zip(agrees.tolist(), disagrees.tolist(), strict=True), strict=True))


def _lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([safe(cell) for cell in head])
    for count, row in enumerate(rows, 1):
        writer.writerow([safe(cell) for cell in row])
        if count % BLOCK == 0:
            yield _taken(stream)
    yield _taken(stream)


def _taken(stream: io.StringIO) -> bytes:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text.encode("utf-8", "replace")
