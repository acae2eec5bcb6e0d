"""Near-duplicates: candidates by MinHash bands and winnowed fingerprints, the engine's comparison as the final word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.engines.texts.duplicates import COMMON, compare
from madang.ground.participation.models import SearchDocument
from madang.ground.participation.search import sources
from madang.ground.participation.search.ranked import binary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from madang.engines.texts.duplicates import Pair

# Texts compared letter by letter with one text at most, those that share most first.
COMPARED = 40
PAGE = 100


@dataclass(frozen=True)
class Near:
    """A near-duplicate; kind: `near` (the same text, edited) or `overlap` (one holds a good part of the other)."""

    subject_id: int
    score: float
    kind: str


def near_duplicates(subject_id: int, *, threshold: float | None = None, limit: int = 20) -> list[Near]:
    """The near-duplicates of one indexed subject, best first, whatever their place."""
    found = [Near(b if a == subject_id else a, pair.score, pair.kind) for a, b, pair in _pairs([subject_id], threshold)]
    return sorted(found, key=lambda one: (-one.score, one.subject_id))[:limit]


def duplicate_pairs(
    *, since: datetime | None = None, place_ids: Collection[int] | None = None, threshold: float | None = None
) -> Iterator[tuple[int, int, Pair]]:
    """Each near-duplicate pair (lower id first) one of which was indexed since; a stream, in pages by id.

    place_ids: of the newer-indexed one. `pair.score`, `.jaccard`, `.containment`, `.kind` are the engine's.
    """
    rows = SearchDocument.objects.filter(visible=True, indexed_at__isnull=False).order_by("pk")
    rows = rows.filter(indexed_at__gte=since) if since else rows
    rows = rows.filter(place__in=place_ids) if place_ids is not None else rows
    seen: set[tuple[int, int]] = set()
    after = 0
    while ids := list(rows.filter(pk__gt=after).values_list("pk", flat=True)[:PAGE]):
        for a, b, pair in _pairs(ids, threshold):
            if (a, b) not in seen:
                seen.add((a, b))
                yield a, b, pair
        after = ids[-1]


def _pairs(ids: list[int], threshold: float | None) -> list[tuple[int, int, Pair]]:
    candidates = sorted({(min(a, b), max(a, b)) for a, others in _candidates(ids).items() for b in others})
    texts = sources.texts({pk for pair in candidates for pk in pair})
    known = [(a, b) for a, b in candidates if a in texts and b in texts]
    compared = [(a, b, compare(texts[a].whole, texts[b].whole, str(a), str(b), threshold=threshold)) for a, b in known]
    return [(a, b, pair) for a, b, pair in compared if pair is not None]


def _candidates(ids: list[int]) -> dict[int, list[int]]:
    """For each id the others that share most keys with it."""
    shared: dict[int, Counter[int]] = {}
    for column in ("bands", "fingerprints"):
        for pk, others in _holders(ids, column):
            # A fingerprint in many texts is a stock phrase; a band in many is a wave of copies.
            if column == "bands" or len(others) <= COMMON:
                shared.setdefault(pk, Counter()).update(other for other in others if other != pk)
    return {pk: [other for other, _ in counts.most_common(COMPARED)] for pk, counts in shared.items()}


def _holders(ids: list[int], column: str) -> list[tuple[int, list[int]]]:
    """For each key of each document the documents that hold it too, at most one more than is common."""
    return binary(
        "SELECT d.subject_id, ARRAY(SELECT o.subject_id FROM ground_participation_searchdocument o "
        f"WHERE o.{column} @> ARRAY[k.key] AND o.visible LIMIT %s) "
        f"FROM ground_participation_searchdocument d CROSS JOIN unnest(d.{column}) AS k (key) "
        "WHERE d.subject_id = ANY(%s::bigint[])",
        [COMMON + 1, ids],
    )
