"""From a plan to ranked keys of every document that meets it: settled ones by postings, loose ones by their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from django.db import connection

from madang.ground.participation import things
from madang.ground.participation.search import evaluate
from madang.ground.participation.search.postings import kind_term, pair_term, place_term

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from madang.engines.texts.query import QueryPlan
    from madang.ground.participation.search.evaluate import Keys, Mask, Terms

    MaskOf = Callable[[Terms], Mask | None]

# A query of more words than this is cut: the words behind say little that those before have not said.
WORDS = 12
PAIRS = 24
# Texts that only hold the syllables are looked up when fewer than this many hold the words.
ENOUGH = 200
# So many of the best are looked through for compounds whose words stand apart.
CHECKED = 100
# Loose documents stand above the ordinals in a key, since they are the newest; and no more of them are looked at.
LOOSE_BIT = 1 << 31
LOOSE_LIMIT = 2_000
# The kind of which nearly every document is.
MOST = "proposal"
# A compound as typed counts this much on top of its parts.
EXTRA = 0.5


@dataclass(frozen=True)
class Scope:
    """Where to search: None means everywhere."""

    kinds: tuple[str, ...] | None = None
    place_ids: tuple[int, ...] | None = None

    @classmethod
    def of(cls, kinds: Collection[str] | None, place_ids: Collection[int] | None) -> Scope:
        """The scope of what a caller gave."""
        return cls(None if kinds is None else tuple(kinds), None if place_ids is None else tuple(place_ids))

    @property
    def empty(self) -> bool:
        return self.kinds == () or self.place_ids == ()

    @property
    def filters(self) -> evaluate.Filters:
        """The postings that bound a search to this scope."""
        groups = [] if self.place_ids is None else [tuple(place_term(pk) for pk in self.place_ids)]
        if self.kinds is None:
            return evaluate.Filters(tuple(groups))
        if MOST in self.kinds:
            # Nearly everything is of this kind: reading what is not is a hundred times less.
            others = sorted({thing.key for thing in things.registered()}.difference(self.kinds))
            return evaluate.Filters(tuple(groups), tuple(map(kind_term, others)))
        return evaluate.Filters((*groups, tuple(map(kind_term, self.kinds))))


@dataclass(frozen=True)
class Loose:
    """A document that is not in the postings yet."""

    subject_id: int
    impacts: Mapping[str, int]

    def key(self, weights: Mapping[str, float]) -> int:
        """Its key, made as those of the postings are."""
        score = sum(weight * self.impacts.get(term, 0) / 255 for term, weight in weights.items())
        return (round(score / evaluate.UNIT) << 32) | LOOSE_BIT | self.subject_id


def fetch(terms: Iterable[str]) -> evaluate.Postings:
    """The postings of these terms, and how many documents there are. One query."""
    rows = binary(
        "SELECT term, chunk, offsets, impacts, 0 FROM ground_participation_posting WHERE term = ANY(%b) UNION ALL "
        "SELECT '', -1, NULL, NULL, coalesce(sum(documents), 0) FROM ground_participation_postingpart",
        [list(dict.fromkeys(terms))],
    )
    documents = next(row[4] for row in rows if row[1] == -1)
    return evaluate.Postings(((row[0], row[1], row[2], row[3]) for row in rows if row[1] != -1), int(documents))


def binary(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query, fetched in binary: Django's own cursor takes bytes as hexadecimal text, six times slower."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        rows = cursor.execute(sql, parameters, binary=True).fetchall()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": "0"})
    return rows


def fetch_loose(where: str, parameters: Sequence[object], scope: Scope, limit: int = LOOSE_LIMIT) -> list[Loose]:
    """The newest loose documents that meet a condition on d."""
    conditions: list[str] = [where]
    values: list[Any] = list(parameters)
    if scope.place_ids is not None:
        conditions.append("d.place_id = ANY(%s)")
        values.append(list(scope.place_ids))
    if scope.kinds is not None:
        conditions.append("s.kind = ANY(%s)")
        values.append(list(scope.kinds))
    rows = binary(
        "SELECT d.subject_id, d.terms, d.impacts FROM ground_participation_searchdocument d "
        "JOIN ground_participation_subject s ON s.id = d.subject_id WHERE d.ordinal IS NULL "
        f"AND d.indexed_at IS NOT NULL AND d.visible AND {' AND '.join(conditions)} "
        "ORDER BY d.subject_id DESC LIMIT %s",
        [*values, limit],
    )
    return [Loose(pk, dict(zip(terms, impacts, strict=True))) for pk, terms, impacts in rows]


def living(keys: Iterable[int]) -> list[tuple[int, int]]:
    """Keys with the visible subjects behind them, in order; entries of edited, hidden and deleted ones fall away."""
    ordinals = {key: key & 0xFFFFFFFF for key in keys}
    settled = [ordinal for ordinal in ordinals.values() if ordinal < LOOSE_BIT]
    sql = (
        "SELECT ordinal, subject_id FROM ground_participation_searchdocument WHERE ordinal = ANY(%s::int[]) AND visible"
    )
    subjects = dict(binary(sql, [settled])) if settled else {}
    found = [(key, subjects.get(o) if o < LOOSE_BIT else o - LOOSE_BIT) for key, o in ordinals.items()]
    return [(key, pk) for key, pk in found if pk is not None]


def _scattered(keys: list[int], phrases: Sequence[str]) -> list[int]:
    """The keys of texts whose words, written without blanks, lack one of the phrases."""
    ordinals = {key & 0xFFFFFFFF: key for key in keys}
    settled = [ordinal for ordinal in ordinals if ordinal < LOOSE_BIT]
    loose = [ordinal - LOOSE_BIT for ordinal in ordinals if ordinal >= LOOSE_BIT]
    rows = binary(
        "SELECT ordinal, subject_id FROM ground_participation_searchdocument WHERE (ordinal = ANY(%s::int[]) OR "
        "subject_id = ANY(%s::bigint[])) AND NOT array_to_string(words, '') LIKE ALL (%b)",
        [settled, loose, [f"%{phrase}%" for phrase in phrases]],
    )
    found = (ordinal if ordinal is not None else LOOSE_BIT | subject for ordinal, subject in rows)
    return [ordinals[one] for one in found if one in ordinals]


class Ranking:
    """One query being carried out."""

    def __init__(self, plan: QueryPlan, scope: Scope) -> None:
        self.must = plan.must[:WORDS]
        self.extra = plan.any[:WORDS]
        self.pairs = plan.bigrams[:PAIRS]
        self.exact = plan.fallback_must[:WORDS]
        self.phrases = ["".join(phrase) for phrase in plan.phrases[:WORDS]]
        self.scope = scope

    def ranks(self) -> list[tuple[int, Keys]]:
        """Ranks with their keys, each unordered: 1 (checked), 1 (too many to check), 2."""
        # Loose documents first: one that settles in between is then found twice, not missed.
        loose = self._loose()
        found = fetch([*self.must, *self.extra, *self.exact, *self.scope.filters.terms])
        weights = self._weights(found)
        first = [key for one in loose if self.must and self.must_in(one.impacts) for key in [one.key(weights)]]
        exact = self._all(found, weights, first, self._first)
        together, rest, scattered = self._apart(exact)
        if not self.pairs or len(exact) >= ENOUGH:
            return [(1, together), (1, rest), (2, scattered)]
        found.add(fetch(map(pair_term, self.pairs)))
        second = [one.key(weights) for one in loose if not (self.must and self.must_in(one.impacts))]
        pairs = self._all(found, weights, second, self._second)
        return [(1, together), (1, rest), (2, np.concatenate([scattered, pairs]))]

    def _apart(self, exact: Keys) -> tuple[Keys, Keys, Keys]:
        """The best of these with the words of each phrase side by side, the unchecked rest, and those without."""
        if not self.phrases or not len(exact):
            return exact, exact[:0], exact[:0]
        top = evaluate.best(exact, CHECKED)
        mask = np.isin(top, _scattered(top.tolist(), self.phrases))
        return top[~mask], exact[exact < top[-1]], top[mask]

    def must_in(self, terms: Mapping[str, int]) -> bool:
        """Whether every word is there."""
        return all(term in terms for term in self.must)

    def _loose(self) -> list[Loose]:
        words, pairs = "d.terms @> %s::text[]", "(d.pairs @> %s::text[] AND d.terms @> %s::text[])"
        if not self.pairs:
            return fetch_loose(words, [list(self.must)], self.scope)
        if not self.must:
            return fetch_loose(pairs, [list(self.pairs), list(self.exact)], self.scope)
        values = [list(self.must), list(self.pairs), list(self.exact)]
        return fetch_loose(f"({words} OR {pairs})", values, self.scope)

    def _weights(self, found: evaluate.Postings) -> dict[str, float]:
        weights = {term: evaluate.idf(found.counts[term], found.documents) for term in self.must}
        return weights | {term: EXTRA * evaluate.idf(found.counts[term], found.documents) for term in self.extra}

    def _all(self, found: evaluate.Postings, weights: Mapping[str, float], loose: list[int], mask_of: MaskOf) -> Keys:
        parts, filters = [np.array(loose, np.int64)], self.scope.filters
        for chunk in sorted(found.chunks):
            mask = mask_of(found.chunks[chunk])
            if mask is not None:
                parts.append(evaluate.chunk_keys(chunk, found.chunks[chunk], mask, weights, filters))
        return np.concatenate(parts)

    def _first(self, terms: Terms) -> Mask | None:
        return evaluate.holders(terms, self.must) if self.must else None

    def _second(self, terms: Terms) -> Mask | None:
        mask = evaluate.holders(terms, [*map(pair_term, self.pairs), *self.exact])
        first = self._first(terms)
        return mask if mask is None or first is None else mask & ~first
