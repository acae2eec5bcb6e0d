"""What pages ask: search, related voices, near-duplicates. A handful of queries each, whatever the number of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.ground.participation.models import SearchDocument
from madang.ground.participation.search import client, evaluate
from madang.ground.participation.search.duplicates import Near, duplicate_pairs, near_duplicates
from madang.ground.participation.search.ranked import LOOSE_BIT, Ranking, Scope
from madang.ground.participation.search.related import Related, similar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from madang.ground.participation.search.evaluate import Keys

    Accept = Callable[[list[int]], Collection[int]]

__all__ = ["Found", "Hit", "Near", "Related", "duplicate_pairs", "near_duplicates", "search", "similar"]

# A query is what somebody types in a box; the rest of a pasted text would not narrow it any more.
LETTERS = 300
# No more ids than this are offered to `accept`.
OFFERED = 4_000


@dataclass(frozen=True)
class Hit:
    """A found subject. rank 1: every word is there (score: BM25); rank 2: only the pairs of syllables are."""

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

    @property
    def ids(self) -> list[int]:
        """The subjects in order."""
        return [hit.subject_id for hit in self.hits]


def search(  # noqa: PLR0913
    query: str,
    *,
    kinds: Collection[str] | None = None,
    place_ids: Collection[int] | None = None,
    limit: int = 20,
    cursor: str = "",
    accept: Accept | None = None,
) -> Found:
    """Find subjects by words. Exact words first, by BM25 and then newest first; then texts that hold the syllables.

    kinds, place_ids: only these (give the children of a province yourself). cursor: `Found.cursor` of the page before.
    accept: called with ids in order of rank, returns those that pass a filter of your own (a status, a field); at most
    4,000 ids are offered. Three queries, four where few texts hold the words.
    """
    planned = client.plan(query[:LETTERS])
    scope = Scope.of(kinds, place_ids)
    if not planned.plan or scope.empty:
        return Found((), 0, True, (), "", planned.engine)
    ranks = Ranking(planned.plan, scope).ranks()
    hits, dropped, following = _page(ranks, cursor, limit, accept)
    words = tuple(dict.fromkeys([*planned.plan.any, *planned.plan.must])) or (query.strip(),)
    whole = not cursor and not following and accept is None
    total = sum(len(keys) for keys in ranks)
    return Found(tuple(hits), total - dropped * whole, whole, words, following, planned.engine)


def _page(ranks: list[Keys], cursor: str, limit: int, accept: Accept | None) -> tuple[list[Hit], int, str]:
    """The hits after the cursor, how many documents were passed over, and the next cursor."""
    hits: list[Hit] = []
    dropped = 0
    for hit in _living(ranks, cursor, limit, accept):
        if isinstance(hit, int):
            dropped += hit
            continue
        if len(hits) == limit:
            return [one for _, one in hits], dropped, hits[-1][0]
        hits.append(hit)
    return [one for _, one in hits], dropped, ""
