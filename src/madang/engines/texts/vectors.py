"""Vectors learned from the corpus itself: latent semantic analysis of texts beside co-occurrence vectors of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .vocabulary import STOP

Vectors = NDArray[np.float32]
# Fitting on more texts than this changes nothing that a reader could see, and costs minutes.
FIT_SAMPLE = 40_000
MAX_WORDS = 20_000
# Co-occurrence counts grow with the square of the vocabulary.
MAX_PAIRED_WORDS = 10_000
K1, B = 1.2, 0.75


def is_noun(token: str) -> bool:
    """Whether a token can stand in a label: not a verb stem, not a number, not a single letter.

    >>> [is_noun(t) for t in ("공원", "붐비다", "2019", "a")]
    [True, False, False, False]
    """
    return (
        len(token) > 1
        and not token.isdigit()
        and (token in _NOUNS_IN_DA or not token.endswith("다"))
        and token not in STOP
    )


_NOUNS_IN_DA = frozenset("바다 판다 소다 사이다 수다 람다 캐나다 르완다 우간다 프라다".split())


@dataclass(frozen=True)
class Counted:
    """Sparse counts (texts × words) and the words of the columns, in alphabetical order."""

    counts: Any
    words: tuple[str, ...]


def count(token_lists: Sequence[Sequence[str]], *, min_df: int, max_share: float = 0.3) -> Counted:
    """Count nouns that occur in at least `min_df` texts and in at most `max_share` of them (20,000 most frequent)."""
    from scipy.sparse import csr_matrix

    index: dict[str, int] = {}
    columns = [
        np.array([index.setdefault(t, len(index)) for t in tokens if is_noun(t)], dtype=np.int32)
        for tokens in token_lists
    ]
    lengths = [len(c) for c in columns]
    flat = np.concatenate(columns) if columns else np.zeros(0, np.int32)
    pointer = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    matrix = csr_matrix((np.ones(len(flat), np.float32), flat, pointer), (len(columns), max(len(index), 1)))
    matrix.sum_duplicates()
    words = np.array([*index] or [""], dtype=object)
    keep = _kept_columns(matrix, words, min_df, max_share) if index else np.zeros(0, np.int64)
    return Counted(matrix[:, keep].tocsr(), tuple(words[keep]))


def _kept_columns(matrix: Any, words: NDArray[Any], min_df: int, max_share: float) -> NDArray[np.int64]:
    df = np.bincount(matrix.indices, minlength=matrix.shape[1])
    # In a handful of texts every shared word is "frequent": the ceiling only bites from ten texts on.
    ceiling = max(max_share * matrix.shape[0], 10)
    good = np.flatnonzero((df >= min_df) & (df <= ceiling))
    if len(good) > MAX_WORDS:
        good = good[np.lexsort((words[good].astype(str), -df[good]))[:MAX_WORDS]]
    return good[np.argsort(words[good].astype(str), kind="stable")]


def bm25(counts: Any) -> Any:
    """Weight counts by BM25, the sparse analogue of TF-IDF that long texts don't drown."""
    n = counts.shape[0]
    length = np.asarray(counts.sum(1)).ravel()
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(1 + (n - df + 0.5) / (df + 0.5)).astype(np.float32)
    norm = K1 * (1 - B + B * length / max(length.mean(), 1e-9))
    weighted = counts.astype(np.float32)
    weighted.data = (
        weighted.data * (K1 + 1) / (weighted.data + np.repeat(norm, np.diff(counts.indptr)).astype(np.float32))
    )
    weighted.data *= idf[weighted.indices]
    return weighted


def unit(matrix: NDArray[Any]) -> Vectors:
    """Scale rows to length one; rows of zeros stay zeros."""
    size = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.divide(matrix, size, out=np.zeros_like(matrix), where=size > 1e-12).astype(np.float32)


def corpus_vectors(counted: Counted, *, dimensions: int = 100, seed: int = 0) -> Vectors:
    """Return unit rows, one per text: LSA of the texts beside the mean of their words' co-occurrence vectors.

    Shape (n, ≤ 2·dimensions). Texts without any kept word are rows of zeros. Deerwester et al. 1990 for LSA;
    Levy & Goldberg 2014 for PPMI factorisation.
    """
    n, words = counted.counts.shape
    if n == 0 or words == 0:
        return np.zeros((n, 1), np.float32)
    weighted = bm25(counted.counts)
    rows = (
        np.arange(n) if n <= FIT_SAMPLE else np.sort(np.random.default_rng(seed).choice(n, FIT_SAMPLE, replace=False))
    )
    texts = _lsa(weighted, rows, dimensions, seed)
    if min(n, words) <= 20:
        return texts
    meanings = _mean_word_vectors(counted.counts, weighted, rows, dimensions, seed)
    return unit(np.hstack([texts, meanings]))


def _svd(matrix: Any, dimensions: int, seed: int) -> Any:
    from sklearn.decomposition import TruncatedSVD

    return TruncatedSVD(dimensions, n_iter=4, random_state=seed).fit(matrix)


def _row_normalised(matrix: Any) -> Any:
    from sklearn.preprocessing import normalize

    return normalize(matrix)


def _lsa(weighted: Any, rows: NDArray[Any], dimensions: int, seed: int) -> Vectors:
    scaled = _row_normalised(weighted)
    if min(scaled.shape) <= 20:
        return unit(scaled.toarray())
    model = _svd(scaled[rows], min(dimensions, len(rows) - 1, scaled.shape[1] - 1), seed)
    return unit(model.transform(scaled))


def _mean_word_vectors(counts: Any, weighted: Any, rows: NDArray[Any], dimensions: int, seed: int) -> Vectors:
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.sort(np.argsort(-df, kind="stable")[:MAX_PAIRED_WORDS])
    vectors = _word_vectors(counts[rows][:, columns], dimensions, seed)
    mean = unit(np.asarray(weighted[:, columns] @ vectors))
    filled = np.linalg.norm(mean, axis=1) > 0
    # What all texts share (they are all petitions) says nothing about their themes.
    mean[filled] -= mean[filled].mean(axis=0) if filled.sum() > 20 else 0
    return unit(mean)


def _word_vectors(counts: Any, dimensions: int, seed: int) -> Vectors:
    """Vectors of words from positive pointwise mutual information of sharing a text."""
    from scipy.sparse import csr_matrix

    present = counts.copy()
    present.data[:] = 1
    together = (present.T @ present).tocoo()
    df = np.asarray(present.sum(0)).ravel()
    information = np.log(
        np.maximum(together.data, 1) * present.shape[0] / (df[together.row] * df[together.col]).clip(1)
    )
    keep = (information > 0) & (together.data >= min(3, max(1, present.shape[0] // 50)))
    ppmi = csr_matrix((information[keep].astype(np.float32), (together.row[keep], together.col[keep])), together.shape)
    model = _svd(ppmi, min(dimensions, ppmi.shape[0] - 1), seed)
    return unit(model.transform(ppmi) / np.sqrt(np.maximum(model.singular_values_, 1e-9)))
