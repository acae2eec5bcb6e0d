"""Related voices while somebody types: TF-IDF weighted overlap, each match with the words it shares."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from .sieve import Sieve, anchors
from .tokens import Tokenizer
from .vocabulary import EMPTY_LABELS

# Stands for the weight of words nobody typed: it only scales the length of a candidate.
TYPICAL_IDF = 4.0


@dataclass(frozen=True)
class Match:
    """One related text: cosine of TF-IDF vectors in [0, 1], and the shared words, weightiest first."""

    index: int
    score: float
    shared: tuple[str, ...]


def score_candidates(
    query_tokens: Sequence[str],
    candidate_token_lists: Sequence[Sequence[str]],
    idf: Mapping[str, float],
    *,
    default_idf: float | None = None,
    floor: float = 0.0,
    limit: int | None = None,
) -> list[Match]:
    """Rank candidates (a few hundred that an index has found) by how much meaning they share with what was typed.

    idf: weight of each word; unknown words get `default_idf` (default: the largest weight in `idf`, or 1).
    floor: matches at or below this score are left out. Ties keep the candidates' order.

    >>> idf = {"공원": 1.0, "층간": 3.0, "소음": 2.0, "피해": 1.0}
    >>> m = score_candidates(["층간", "소음"], [["공원"], ["층간", "소음", "피해"]], idf)
    >>> m[0].index, m[0].shared, round(m[0].score, 2)
    (1, ('층간', '소음'), 0.96)
    """
    unknown = default_idf if default_idf is not None else max(idf.values(), default=1.0)
    query = _vector(query_tokens, idf, unknown)
    size = _norm(query)
    if not size:
        return []
    found = [
        m
        for i, tokens in enumerate(candidate_token_lists)
        if (m := _match(i, query, size, _vector(tokens, idf, unknown))).score > floor
    ]
    found.sort(key=lambda m: (-m.score, m.index))
    return found[:limit]


def similar_texts(
    texts: Sequence[str], text: str, tokenizer: Tokenizer, *, limit: int = 5, candidates: int = 300
) -> list[Match]:
    """Find related texts among raw ones, tokenising only the `candidates` with most of the typed words' weight."""
    words = [w for w in tokenizer.tokenise(text) if w not in EMPTY_LABELS] or tokenizer.tokenise(text)
    sieve = Sieve(texts)
    holding = {w: sieve.holding(w) for w in set(words) if anchors(w)}
    idf = {w: log(1 + len(texts) / (1 + len(found))) for w, found in holding.items()}
    weight: dict[int, float] = {}
    for w in sorted(holding):
        for i in holding[w]:
            weight[i] = weight.get(i, 0.0) + idf[w]
    best = sorted(weight, key=lambda i: (-weight[i], i))[:candidates]
    lists = list(tokenizer.tokenise_batch(texts[i] for i in best))
    for w in {t for tokens in lists for t in tokens} - idf.keys():
        idf[w] = log(1 + len(texts) / (1 + len(sieve.holding(w)))) if len(texts) <= 200 else TYPICAL_IDF
    found = score_candidates(words, lists, idf, default_idf=log(1 + len(texts)))
    matches = sorted((Match(best[m.index], m.score, m.shared) for m in found), key=lambda m: (-m.score, m.index))
    return matches[:limit]


def _vector(tokens: Sequence[str], idf: Mapping[str, float], unknown: float) -> dict[str, float]:
    return {w: (1 + log(n)) * idf.get(w, unknown) for w, n in Counter(tokens).items()}


def _norm(vector: Mapping[str, float]) -> float:
    return sqrt(sum(v * v for v in vector.values()))


def _match(index: int, query: Mapping[str, float], size: float, other: Mapping[str, float]) -> Match:
    products = {w: query[w] * other[w] for w in query if w in other}
    if not products:
        return Match(index, 0.0, ())
    order = sorted(products, key=lambda w: (-products[w], w))
    shared = tuple(w for w in order if w not in EMPTY_LABELS) or tuple(order)
    return Match(index, min(1.0, round(sum(products.values()) / (size * _norm(other)), 6)), shared)
