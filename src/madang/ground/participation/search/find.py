"""What pages ask: search, related voices, near-duplicates. A handful of queries each, however many documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from madang.ground.participation.search import client, evaluate
from madang.ground.participation.search.duplicates import Near, duplicate_pairs, near_duplicates
from madang.ground.participation.search.ranked import LOOSE_BIT, Ranking, Scope, binary, living
from madang.ground.participation.search.related import Related, similar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from madang.ground.participation.search.evaluate import Keys

    Accept = Callable[[list[int]], Collection[int]]

__all__ = ["Found", "Hit", "Near", "Related", "duplicate_pairs", "near_duplicates", "search", "similar"]

# A query is what somebody types in a box; the rest of a pasted text would not narrow it any more.
LETTERS = 300
# No more ids than this are offered to `accept`.
OFFERED = 4_000


@dataclass(frozen=True)
class Hit:
    """A found subject.

    rank 1: every word is there (score: BM25), those of a compound side by side.
    rank 2: a compound's words stand apart, or only the pairs of syllables are there.
    """

    subject_id: int
    score: float
    rank: int


@dataclass(frozen=True)
class Found:
    """A page of hits. `words` are what to mark in the texts (engines.texts.search.snippet_positions).

    total: how many documents meet the query, before `accept`; `exact` is False where some of them may be hidden or
    edited since. cursor: give it back for the next page; empty on the last. engine: the tokenizer that read the query.
    """

    hits: tuple[Hit, ...]
    total: int
    exact: bool
    words: tuple[str, ...]
    cursor: str
    engine: str
    kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        """The subjects in order."""
        return [hit.subject_id for hit in self.hits]


def search(
    query: str,
    *,
    kinds: Collection[str] | None = None,
    place_ids: Collection[int] | None = None,
    limit: int = 20,
    cursor: str = "",
    accept: Accept | None = None,
    tally: bool = False,
) -> Found:
    """Find subjects by words. Exact words first, by BM25 and then newest first; then texts that hold the syllables.

    kinds, place_ids: only these (give the children of a province yourself). cursor: `Found.cursor` of the page before.
    accept: called with ids in order of rank, returns those that pass a filter of your own (a status, a field); at most
    4,000 ids are offered. tally: count the kinds of the best 4,000 too (one query).
    Three queries; one more for compounds, one more where few texts hold the words.
    """
    planned = client.plan(query[:LETTERS])
    scope = Scope.of(kinds, place_ids)
    if not planned.plan or scope.empty:
        return Found((), 0, True, (), "", planned.engine)
    ranks = Ranking(planned.plan, scope).ranks()
    walk = list(islice(_walk(ranks, cursor, limit + 1, accept), limit + 1))
    following = walk[limit - 1][0] if len(walk) > limit else ""
    hits = tuple(hit for _, hit in walk[:limit])
    words = tuple(dict.fromkeys([*planned.plan.any, *planned.plan.must])) or (query.strip(),)
    whole = not cursor and not following
    total = len(hits) if whole else sum(len(keys) for _, keys in ranks)
    return Found(hits, total, whole, words, following, planned.engine, _kinds(ranks) if tally else {})


def _kinds(ranks: list[tuple[int, Keys]]) -> dict[str, int]:
    """How many of the best visible documents are of each kind (one query)."""
    keys = [key for _, some in ranks for key in evaluate.best(some, OFFERED).tolist()][:OFFERED]
    ordinals = [key & 0xFFFFFFFF for key in keys]
    settled = [one for one in ordinals if one < LOOSE_BIT]
    loose = [one - LOOSE_BIT for one in ordinals if one >= LOOSE_BIT]
    rows = binary(
        "SELECT s.kind, count(*) FROM ground_participation_searchdocument d JOIN ground_participation_subject s "
        "ON s.id = d.subject_id WHERE d.visible AND (d.ordinal = ANY(%s::int[]) OR d.subject_id = ANY(%s::bigint[])) "
        "GROUP BY s.kind",
        [settled, loose],
    )
    return dict(rows)


def _walk(ranks: list[tuple[int, Keys]], cursor: str, block: int, accept: Accept | None) -> Iterator[tuple[str, Hit]]:
    """Hits in order behind the cursor, each with its own cursor; read in blocks that grow."""
    start, below = _position(cursor)
    seen: set[int] = set()
    offered = 0
    for part, (rank, keys) in enumerate(ranks, start=1):
        if part < start:
            continue
        rest = keys[keys < below] if part == start and below else keys
        while len(rest) and offered < OFFERED:
            some = evaluate.best(rest, block)
            for key, subject_id in _accepted(some.tolist(), accept):
                if subject_id not in seen:
                    seen.add(subject_id)
                    yield f"{part}.{key}", Hit(subject_id, evaluate.score_of(key), rank)
            offered, block, rest = offered + len(some), min(block * 2, 1000), rest[rest < some[-1]]


def _position(cursor: str) -> tuple[int, int]:
    """Where a page starts; a cursor that nobody gave out starts at the beginning."""
    part, _, key = cursor.partition(".")
    return (int(part), int(key)) if part in {"1", "2", "3"} and key.isdecimal() and len(key) < 20 else (1, 0)


def _accepted(keys: list[int], accept: Accept | None) -> list[tuple[int, int]]:
    """Keys with the visible subjects behind them that are accepted."""
    found = living(keys)
    passed = {pk for _, pk in found} if accept is None else set(accept([pk for _, pk in found]))
    return [(key, pk) for key, pk in found if pk in passed]
