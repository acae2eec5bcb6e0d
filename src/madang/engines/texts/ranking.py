"""BM25, the ranking under search and under "related voices"."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

K1 = 1.2
B = 0.75


@dataclass(frozen=True)
class Corpus:
    """Document frequencies of a corpus: `n` texts, mean length in tokens, and in how many texts each word occurs."""

    n: int
    mean_length: float
    frequency: Mapping[str, int]

    def idf(self, word: str) -> float:
        """Weight of a word: ln(1 + (n − df + ½) / (df + ½)), always positive (Lucene's form of BM25)."""
        df = self.frequency.get(word, 0)
        return math.log(1 + (self.n - df + 0.5) / (df + 0.5))


def corpus_of(token_lists: Iterable[Sequence[str]]) -> Corpus:
    """Count a corpus.

    >>> corpus_of([["공원", "조성"], ["공원"]]).frequency["공원"]
    2
    """
    frequency: Counter[str] = Counter()
    n = total = 0
    for tokens in token_lists:
        n, total = n + 1, total + len(tokens)
        frequency.update(set(tokens))
    return Corpus(n, total / n if n else 0.0, frequency)


def bm25_weight(tf: int, length: int, mean_length: float, idf: float) -> float:
    """Score of one word occurring `tf` times in a text of `length` tokens (Robertson & Zaragoza 2009)."""
    norm = 1 - B + B * (length / mean_length if mean_length else 1.0)
    return idf * tf * (K1 + 1) / (tf + K1 * norm)
