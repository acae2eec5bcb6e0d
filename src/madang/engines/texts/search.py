"""Search over texts held in memory: exact words first, syllable pairs as a lower-ranked fallback."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .query import NEAR, QueryPlan, query_plan
from .ranking import Corpus, bm25_weight
from .sieve import Sieve
from .tokens import IndexTerms, Tokenizer, index_terms

# Measured on 10,323 petitions and proposals, parts of compounds included.
CHARACTERS_PER_TOKEN = 4.8


@dataclass(frozen=True)
class Hit:
    """A found text. rank 1: every word is there as typed; rank 2: words scattered or syllable pairs only."""

    id: str
    score: float
    rank: int
    words: tuple[str, ...]


class Ranker:
    """An inverted index over `IndexTerms`; answers the same plans that the database does.

    >>> from madang.engines.texts.tokens import default_tokenizer, index_terms
    >>> k = default_tokenizer()
    >>> ranker = Ranker(["a", "b"], [index_terms(t, k) for t in ("노인복지관을 늘려 주세요", "고양이를 돌봐 주세요")])
    >>> [h.id for h in ranker.search("복지", k)], ranker.search("고양시", k)
    (['a'], [])
    """

    def __init__(self, ids: Sequence[str], terms: Iterable[IndexTerms], *, corpus: Corpus | None = None) -> None:
        """corpus: frequencies of the whole collection, when `terms` are only those texts that a sieve let through."""
        self.ids = list(ids)
        self._words: dict[str, dict[int, int]] = defaultdict(dict)
        self._pairs: dict[str, set[int]] = defaultdict(set)
        self._lengths: list[int] = []
        self._tokens: list[tuple[str, ...]] = []
        for i, entry in enumerate(terms):
            self._add(i, entry)
        n = len(self._lengths)
        self.corpus = corpus or Corpus(
            n, sum(self._lengths) / n if n else 0.0, {w: len(p) for w, p in self._words.items()}
        )

    def _add(self, i: int, entry: IndexTerms) -> None:
        self._tokens.append(entry.tokens)
        self._lengths.append(len(entry.tokens))
        for word, tf in Counter(entry.tokens).items():
            self._words[word][i] = tf
        for pair in entry.bigrams:
            self._pairs[pair].add(i)

    def search(self, text: str, tokenizer: Tokenizer, limit: int = 20) -> list[Hit]:
        """Return the best `limit` texts; rank 1 stands before rank 2, then by BM25, then in input order."""
        return self.run(query_plan(text, tokenizer), limit)

    def run(self, plan: QueryPlan, limit: int = 20) -> list[Hit]:
        """Carry out a plan."""
        every = self._all(plan.must, self._words)
        first = {i for i in every if all(_together(p, self._tokens[i]) for p in plan.phrases)}
        second = self._all(plan.bigrams, self._pairs) if plan.bigrams else set()
        if plan.fallback_must and second:
            second &= self._all(plan.fallback_must, self._words)
        second |= every
        hits = [(1, self._score(i, plan), i) for i in first] + [(2, self._score(i, plan), i) for i in second - first]
        hits.sort(key=lambda h: (h[0], -h[1], h[2]))
        return [self._hit(rank, score, i, plan) for rank, score, i in hits[:limit]]

    def _hit(self, rank: int, score: float, i: int, plan: QueryPlan) -> Hit:
        found = tuple(w for w in (*plan.any, *plan.must) if i in self._words.get(w, ()))
        return Hit(self.ids[i], round(score if rank == 1 else score / 10, 6), rank, found)

    @staticmethod
    def _all(keys: Sequence[str], postings: Mapping[str, Iterable[int]]) -> set[int]:
        if not keys or any(k not in postings for k in keys):
            return set()
        ordered = sorted((postings[k] for k in keys), key=len)  # type: ignore[arg-type]
        return set(ordered[0]).intersection(*ordered[1:])

    def _score(self, i: int, plan: QueryPlan) -> float:
        words = (*plan.must, *plan.any)
        return sum(
            bm25_weight(tf, self._lengths[i], self.corpus.mean_length, self.corpus.idf(w))
            for w in words
            if (tf := self._words.get(w, {}).get(i, 0))
        )


def _together(phrase: Sequence[str], tokens: Sequence[str]) -> bool:
    """Whether each word of the phrase follows the one before within NEAR places."""
    reached = {i for i, t in enumerate(tokens) if t == phrase[0]}
    for word in phrase[1:]:
        reached = {j for i in reached for j in range(i + 1, min(i + 1 + NEAR, len(tokens))) if tokens[j] == word}
    return bool(reached)


def search_texts(
    ids: Sequence[str], texts: Sequence[str], query: str, tokenizer: Tokenizer, *, limit: int = 20
) -> list[Hit]:
    """Search raw texts once, tokenising only those that could match: the same texts in the same ranks as `Ranker`.

    Word frequencies are counted on the raw text, so scores differ a little from an index of everything.
    """
    plan = query_plan(query, tokenizer)
    sieve = Sieve(texts)
    wanted = sieve.all_of([*(plan.must or plan.bigrams)])
    frequency = {w: len(sieve.holding(w)) for w in (*plan.must, *plan.any)}
    lengths = sieve.lengths()
    corpus = Corpus(len(texts), sum(lengths) / max(len(lengths), 1) / CHARACTERS_PER_TOKEN, frequency)
    return Ranker([ids[i] for i in wanted], [index_terms(texts[i], tokenizer) for i in wanted], corpus=corpus).run(
        plan, limit
    )


def snippet_positions(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return where the words stand in `text`, for marking: half-open, in order, not overlapping.

    >>> snippet_positions("층간 소음 문제", ["소음", "층간"])
    ((0, 2), (3, 5))
    """
    found: list[tuple[int, int]] = []
    for word in sorted(words, key=lambda w: (-len(w), w)):
        stem = word[:-1] if word.endswith("다") and len(word) > 2 else word
        at = text.find(stem)
        while at >= 0:
            if all(at + len(stem) <= s or at >= e for s, e in found):
                found.append((at, at + len(stem)))
            at = text.find(stem, at + len(stem))
    return tuple(sorted(found))
