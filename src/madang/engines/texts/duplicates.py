"""Near-duplicates: MinHash for edited copies, winnowed fingerprints and containment for cut-and-mixed ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .normalise import bare

PERMUTATIONS = 128
BANDS = 32
ROWS = PERMUTATIONS // BANDS
SHINGLE = 4
SEED = 1
GRAM = 12
WINDOW = 24
# A fingerprint in more texts than this is a stock phrase and says nothing about copying.
COMMON = 40
NEAR = 0.50
MIN_SHARED = 40

Signature = NDArray[np.int32]


@dataclass(frozen=True)
class Pair:
    """Two texts that are near-duplicates.

    score: max(jaccard, containment) of four-letter shingles. kind: `near` (the same text, edited) or
    `overlap` (one holds a good part of the other).
    """

    a: str
    b: str
    score: float
    jaccard: float
    containment: float
    kind: str


@dataclass(frozen=True)
class Duplicates:
    """All pairs (best first), clusters (of two or more, largest first), and how many candidates were compared."""

    pairs: tuple[Pair, ...]
    clusters: tuple[tuple[str, ...], ...]
    n: int
    candidates: int


def shingles(text: str) -> set[str]:
    """Return the four-letter shingles of the letters and digits of `text` (a shorter text is one shingle).

    >>> sorted(shingles("층간 소음!"))
    ['층간소음']
    """
    return _shingles(bare(text))


def _shingles(letters: str) -> set[str]:
    if len(letters) <= SHINGLE:
        return {letters} if letters else set()
    return {letters[i : i + SHINGLE] for i in range(len(letters) - SHINGLE + 1)}


def signature(text: str) -> Signature:
    """Return 128 MinHash values as int32; texts without letters all get the signature of nothing.

    >>> signature("층간 소음이 심해요").shape
    (128,)
    """
    from rensa import RMinHash

    mh = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    mh.update(sorted(shingles(text)))
    return np.array(mh.digest(), dtype=np.uint32).view(np.int32)


def jaccard_estimate(a: Signature, b: Signature) -> float:
    """Return the share of equal values, an estimate of Jaccard with standard error ≤ 0.045."""
    return float(np.mean(a == b))


def bands(sig: Signature) -> list[int]:
    """Return 32 signed 64-bit keys; two texts that share one are candidates (store them in a GIN or b-tree index).

    Texts of Jaccard .3, .4, .5 share one with probability .23, .56, .87.
    """
    rows = np.ascontiguousarray(sig).view(np.uint32).reshape(BANDS, ROWS).astype(np.uint64)
    key = np.arange(1, BANDS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for column in rows.T:
        key = (key ^ column) * np.uint64(0xBF58476D1CE4E5B9)
        key ^= key >> np.uint64(29)
    return key.view(np.int64).tolist()


def fingerprints(text: str) -> list[int]:
    """Return winnowed hashes of twelve-letter runs as signed 64-bit integers, sorted.

    Any run of 35 letters (blanks not counted) that two texts share gives them a common fingerprint,
    however the rest was cut or mixed (Schleimer, Wilkerson & Aiken 2003).
    """
    return _fingerprints(bare(text))


def _fingerprints(letters: str) -> list[int]:
    if len(letters) < GRAM:
        return []
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    n = len(codes) - GRAM + 1
    hashes = np.zeros(n, dtype=np.uint64)
    for i in range(GRAM):
        hashes = hashes * np.uint64(0x100000001B3) + codes[i : i + n]
    hashes = (hashes ^ (hashes >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(29)
    if n > WINDOW:
        hashes = np.lib.stride_tricks.sliding_window_view(hashes, WINDOW).min(axis=1)
    else:
        hashes = hashes.min(keepdims=True)
    return np.unique(hashes.view(np.int64)).tolist()


def compare(text_a: str, text_b: str, a: str = "a", b: str = "b", *, threshold: float | None = None) -> Pair | None:
    """Return the pair if the two texts are near-duplicates, else None. The final word on any candidate.

    threshold: the least Jaccard for `near` (default 0.50); `overlap` needs as much in containment
    and at least 40 shared shingles, so that stock phrases don't make a pair.
    """
    return _verdict(a, b, shingles(text_a), shingles(text_b), NEAR if threshold is None else threshold)


def _verdict(a: str, b: str, one: set[str], other: set[str], threshold: float) -> Pair | None:
    shared = len(one & other)
    if not shared:
        return None
    jaccard = shared / (len(one) + len(other) - shared)
    containment = shared / min(len(one), len(other))
    if jaccard >= threshold:
        return Pair(a, b, round(max(jaccard, containment), 6), round(jaccard, 6), round(containment, 6), "near")
    if containment >= threshold and shared >= MIN_SHARED:
        return Pair(a, b, round(containment, 6), round(jaccard, 6), round(containment, 6), "overlap")
    return None


def find(ids: Sequence[str], texts: Sequence[str], *, threshold: float | None = None) -> Duplicates:
    """Return every near-duplicate pair that shares a band or a rare fingerprint, and the clusters.

    Time and memory grow with the number of texts and of candidates, never with their square.

    >>> voices = ["층간 소음이 너무 심해서 잠을 못 잡니다", "층간소음이 너무 심해서 잠을 못잡니다!", "공원을 조성"]
    >>> find(["a", "b", "c"], voices).clusters
    (('a', 'b'),)
    """
    limit = NEAR if threshold is None else threshold
    letters = [bare(t) for t in texts]
    candidates = candidate_pairs(letters)
    cache: dict[int, set[str]] = {}
    found = []
    for i, j in candidates:
        for k in (i, j):
            if k not in cache:
                cache[k] = _shingles(letters[k])
        if pair := _verdict(ids[i], ids[j], cache[i], cache[j], limit):
            found.append(pair)
    found.sort(key=lambda p: (-p.score, p.a, p.b))
    return Duplicates(tuple(found), clusters(found), len(ids), len(candidates))


def candidate_pairs(letters: Sequence[str]) -> list[tuple[int, int]]:
    """Return index pairs (i < j, sorted) that share a band or a fingerprint found in at most 40 texts.

    letters: texts as given by `bare`.
    """
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for i, (text, sig) in enumerate(zip(letters, _signatures(letters), strict=True)):
        if not text:
            continue
        for key in bands(sig):
            buckets[0, key].append(i)
        for key in _fingerprints(text):
            buckets[1, key].append(i)
    found: set[tuple[int, int]] = set()
    for (kind, _), members in buckets.items():
        if len(members) > COMMON:
            # A large band bucket is a wave of copies: compare each with the first, not all with all.
            found.update((members[0], m) for m in members[1:] if kind == 0)
        elif len(members) > 1:
            found.update(combinations(members, 2))
    return sorted(found)


def _signatures(letters: Sequence[str]) -> Iterable[Signature]:
    from rensa import RMinHash

    for start in range(0, len(letters), 2048):
        sets = [sorted(_shingles(t)) for t in letters[start : start + 2048]]
        for mh in RMinHash.from_token_sets(sets, num_perm=PERMUTATIONS, seed=SEED):
            yield np.array(mh.digest(), dtype=np.uint32).view(np.int32)


def clusters(pairs: Iterable[Pair], *, density: float = 0.5) -> tuple[tuple[str, ...], ...]:
    """Group pairs into clusters of two or more, largest first, ids in alphabetical order inside.

    Pairs are taken best first; two groups merge only if at least `density` of all the possible links between them
    are pairs, or if a single text is a pair with the other group's best-linked member. So A≈B≈C≈D never chains A to
    an unrelated D: everybody is within two steps of one text.
    """
    ordered = sorted(pairs, key=lambda p: (-p.score, p.a, p.b))
    linked: dict[str, set[str]] = defaultdict(set)
    for p in ordered:
        linked[p.a].add(p.b)
        linked[p.b].add(p.a)
    group: dict[str, set[str]] = {x: {x} for x in linked}
    for p in ordered:
        one, other = group[p.a], group[p.b]
        if one is not other and _may_merge(one, other, linked, density):
            one |= other
            group.update((x, one) for x in other)
    unique = {id(g): tuple(sorted(g)) for g in group.values() if len(g) > 1}
    return tuple(sorted(unique.values(), key=lambda g: (-len(g), g)))


def _may_merge(one: set[str], other: set[str], linked: dict[str, set[str]], density: float) -> bool:
    links = sum(len(linked[x] & other) for x in one)
    if links >= density * len(one) * len(other):
        return True
    small, large = sorted((one, other), key=len)
    return len(small) == 1 and _hub(large, linked) in linked[next(iter(small))]


def _hub(group: set[str], linked: dict[str, set[str]]) -> str:
    return min(group, key=lambda x: (-len(linked[x]), x))
