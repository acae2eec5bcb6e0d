"""Related voices: candidates by the rarest words, then the engine's own score, with the words in common."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.texts.similar import score_candidates
from madang.ground.participation.search import client, evaluate, ranked
from madang.ground.participation.search.ranked import Scope, living

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

# Candidates are looked for by this many words of the text, the weightiest first, within this many postings.
WORDS = 16
POSTINGS = 80_000
# So many candidates are compared word by word.
CANDIDATES = 32
LETTERS = 5_000
# Below this a match shares a common word or two and nothing else.
FLOOR = 0.05


@dataclass(frozen=True)
class Related:
    """A related subject: score in (0, 1], and the words in common, weightiest first."""

    subject_id: int
    score: float
    words: tuple[str, ...]


def similar(
    text: str,
    *,
    kinds: Collection[str] | None = None,
    place_ids: Collection[int] | None = None,
    limit: int = 5,
    exclude: Collection[int] = (),
) -> list[Related]:
    """Subjects that say something near to `text` (a draft as it is being typed), best first. Five to six queries.

    exclude: ids to leave out, such as the subject whose own text this is.
    """
    scope = Scope.of(kinds, place_ids)
    words = client.terms(text[:LETTERS])
    total, chosen = _telling(words)
    if not chosen or scope.empty:
        return []
    ids = [pk for pk in _candidates(chosen, scope) if pk not in exclude]
    lists = _word_lists(ids)
    order = [pk for pk in ids if pk in lists]
    weights, unknown = _idf({word for words in lists.values() for word in words} | set(words), total)
    matches = score_candidates(
        words, [lists[pk] for pk in order], weights, default_idf=unknown, floor=FLOOR, limit=limit
    )
    return [Related(order[match.index], match.score, match.shared) for match in matches]


def _word_lists(ids: Collection[int]) -> dict[int, list[str]]:
    """A text's own words as often as they stand there, and the parts of its compounds once."""
    rows = ranked.binary(
        "SELECT subject_id, words, terms FROM ground_participation_searchdocument WHERE subject_id = ANY(%s::bigint[]) "
        "AND visible",
        [list(ids)],
    )
    return {pk: [*words, *sorted(set(terms).difference(words))] for pk, words, terms in rows}


def _telling(words: Sequence[str]) -> tuple[int, dict[str, float]]:
    """How many documents there are, and the words to look for with their pull: rare ones that recur first."""
    counts = Counter(words)
    total, found = _documents_with(list(counts))
    pull = {word: (1 + math.log(n)) * evaluate.idf(found.get(word, 0), total) ** 2 for word, n in counts.items()}
    chosen: dict[str, float] = {}
    budget = POSTINGS
    for word in sorted(pull, key=lambda word: (-pull[word], word)):
        budget -= found.get(word, 0)
        if len(chosen) == WORDS or (budget < 0 and chosen):
            break
        chosen[word] = pull[word]
    return total, chosen


def _candidates(chosen: Mapping[str, float], scope: Scope) -> list[int]:
    """The subjects that hold most of the chosen words' pull."""
    loose = ranked.fetch_loose("d.terms && %s::text[]", [list(chosen)], scope, limit=500)
    filters = scope.filters
    found = ranked.fetch([*chosen, *filters.terms])
    parts = [np.array([one.key(chosen) for one in loose], np.int64)]
    for chunk, terms in sorted(found.chunks.items()):
        mask = evaluate.within(terms, list(chosen))
        parts.append(evaluate.chunk_keys(chunk, terms, mask, chosen, filters))
    keys = evaluate.best(np.concatenate(parts), CANDIDATES).tolist()
    return list(dict.fromkeys(pk for _, pk in living(keys)))


def _documents_with(words: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many documents there are, and how many hold each word."""
    rows = ranked.binary(
        "SELECT term, sum(count) FROM ground_participation_posting WHERE term = ANY(%b) GROUP BY term "
        "UNION ALL SELECT '', sum(documents) FROM ground_participation_postingpart",
        [list(words)],
    )
    found = {term: int(count or 0) for term, count in rows}
    return found.pop("", 0), found


def _idf(words: Iterable[str], total: int) -> tuple[dict[str, float], float]:
    """The weight of each word by the last count, and that of a word which no count knows."""
    sql = "SELECT term, documents FROM ground_participation_termfrequency WHERE term = ANY(%b)"
    counted = ranked.binary(sql, [list(words)])
    return {term: evaluate.idf(n, total) for term, n in counted}, evaluate.idf(1, total)
