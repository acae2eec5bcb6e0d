"""Themes: groups of voices about the same thing, with labels a person can read."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import ENGINE_VERSION
from .general_words import ENGLISH
from .graph import build, communities, neighbours
from .labels import label_themes
from .vectors import Vectors, corpus_vectors, count, is_noun, unit

# Kept with stored themes: the same texts and seed give the same themes only under the same version.
VERSION = f"{ENGINE_VERSION}+themes.2"
TYPICAL = 5
# A text less like its theme's centre than this belongs to none.
BELONGS = 0.22
DIMENSIONS = 100
# A title counts so many times beside the text that begins with it: it is what the writer thought the matter was.
TITLE_COUNTS = 2
# Below this many texts one run of Leiden differs much from the next: the best of several by modularity is taken.
SMALL = 2000
TRIES = 8


@dataclass(frozen=True)
class Theme:
    """One theme. members: most typical first; cohesion: mean cosine of members to their centre, in [0, 1]."""

    id: str
    label: tuple[str, ...]
    size: int
    members: tuple[str, ...]
    cohesion: float

    @property
    def typical(self) -> tuple[str, ...]:
        """The members nearest to the centre, to be read first."""
        return self.members[:TYPICAL]


@dataclass(frozen=True)
class Trace:
    """How the themes came about."""

    different_texts: int
    words: int
    dimensions: int
    edges: int
    communities: int
    too_small: int
    too_far: int
    without_words: int
    min_size: int
    resolution: float
    unnamed: int = 0


@dataclass(frozen=True)
class Themes:
    """Themes (largest first), texts that belong to none, and how far reruns with other seeds agree.

    stability: mean adjusted mutual information between reruns in [0, 1]; None when not asked for.
    """

    themes: tuple[Theme, ...]
    unassigned: tuple[str, ...]
    n: int
    seed: int
    stability: float | None
    stability_runs: int
    trace: Trace


def find_themes(
    ids: Sequence[str],
    token_lists: Sequence[Sequence[str]],
    *,
    seed: int = 0,
    titles: Sequence[Sequence[str]] | None = None,
    resolution: float | None = None,
    min_size: int | None = None,
    vectors: Vectors | None = None,
    stability_runs: int = 0,
    label_words: int = 6,
) -> Themes:
    """Group texts into themes.

    ids, token_lists: one per text (`Tokenizer.tokenise`, or `bulk.tokenise_by_words`), the title's tokens among them.
    titles: the title's tokens once more, which then weigh threefold and make better labels. resolution: higher gives
    more and smaller themes (default: see `default_resolution`). min_size: smaller groups are left unassigned
    (default: 2 below 20 texts, then the 0.3rd power of n). vectors: rows from any Embedder, used in place of the
    corpus' own. stability_runs: further runs with the seeds that follow, for `stability`.
    A group whose words would tell nobody what it is about is left unassigned (`Trace.unnamed`).
    Raises ValueError when the lengths differ.

    >>> lists = [["층간", "소음"], ["층간", "소음", "아파트"], ["버스", "노선"], ["버스", "노선", "증차"]]
    >>> result = find_themes(["a", "b", "c", "d"], lists)
    >>> [t.members for t in result.themes], result.themes[0].label
    ([('a', 'b'), ('c', 'd')], ('소음', '층간', '아파트'))
    """
    given = [len(one) for one in (token_lists, titles, vectors) if one is not None]
    if any(length != len(ids) for length in given):
        raise ValueError("ids, token_lists, titles and vectors need the same length")
    least = min_size if min_size is not None else default_min_size(len(ids))
    resolution = resolution if resolution is not None else default_resolution(len(ids))
    first, group_of = _distinct(token_lists, vectors)
    counted = count(_weighted(token_lists, titles, first), min_df=_min_df(len(first)))
    rows = unit(vectors[first]) if vectors is not None else corpus_vectors(counted, dimensions=DIMENSIONS, seed=seed)
    graph = build(*neighbours(rows, seed=seed))
    membership = _best_communities(graph, resolution=resolution, seed=seed)
    likeness = _likeness(rows, membership)
    blank = np.linalg.norm(rows, axis=1) < 1e-6
    assigned, dropped = _assign(membership, likeness, blank, group_of, least)
    seeds = (seed + TRIES * run for run in range(1, stability_runs + 1))
    runs = [membership, *(_best_communities(graph, resolution=resolution, seed=one) for one in seeds)]
    own = likeness[group_of] if len(first) else likeness
    groups = _groups(assigned, own)
    labels = _labels(groups, token_lists, titles, label_words)
    nameless = _leave_nameless(assigned, groups, labels)
    trace = Trace(
        len(first),
        len(counted.words),
        rows.shape[1],
        graph.ecount(),
        int(membership.max(initial=-1)) + 1,
        *dropped,
        min_size=least,
        resolution=resolution,
        unnamed=nameless,
    )
    themes = _themes(ids, groups, labels, own)
    outside = tuple(ids[i] for i in np.flatnonzero(assigned < 0).tolist())
    return Themes(themes, outside, len(ids), seed, _agreement(runs), stability_runs, trace)


def default_min_size(n: int) -> int:
    """Return the least size of a theme among `n` texts.

    >>> [default_min_size(n) for n in (2, 400, 13_000, 400_000)]
    [2, 6, 17, 48]
    """
    return 2 if n < 20 else round(n**0.3)


def default_resolution(n: int) -> float:
    """Return the resolution for `n` texts: a few hundred voices otherwise fall into groups that nobody can name.

    >>> default_resolution(400), default_resolution(13_000)
    (3.0, 2.0)
    """
    return 3.0 if n < SMALL else 2.0


def _leave_nameless(
    assigned: NDArray[np.int64], groups: Sequence[Sequence[int]], labels: Sequence[Sequence[str]]
) -> int:
    """Unassign the groups without a label; how many texts that leaves out."""
    nameless = [group for group, label in zip(groups, labels, strict=True) if not label]
    for group in nameless:
        assigned[group] = -1
    return sum(map(len, nameless))


def _best_communities(graph: Any, *, resolution: float, seed: int) -> NDArray[np.int64]:
    tries = TRIES if graph.vcount() < SMALL and graph.ecount() else 1
    found = [communities(graph, resolution=resolution, seed=seed + t) for t in range(tries)]
    if tries == 1:
        return found[0]
    worth = [round(graph.modularity(m.tolist(), weights="weight", resolution=resolution), 9) for m in found]
    return found[int(np.argmax(worth))]


def _min_df(n: int) -> int:
    return 1 if n < 10 else 2 if n < 2000 else 5


def _distinct(
    token_lists: Sequence[Sequence[str]], vectors: Vectors | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the first of each group of identical texts, and each text's group. Copies must not form themes."""
    if vectors is not None:
        return np.arange(len(token_lists)), np.arange(len(token_lists))
    seen: dict[tuple[str, ...], int] = {}
    group_of = np.array(
        [seen.setdefault(tuple(sorted(t for t in tokens if is_noun(t))), len(seen)) for tokens in token_lists],
        dtype=np.int64,
    )
    return np.unique(group_of, return_index=True)[1], group_of


def _likeness(rows: Vectors, membership: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cosine of each row to the centre of its community."""
    if not len(rows):
        return np.zeros(0)
    k = int(membership.max()) + 1
    centres = np.zeros((k, rows.shape[1]))
    np.add.at(centres, membership, rows)
    return np.einsum("ij,ij->i", rows, unit(centres)[membership]).astype(np.float64)


def _assign(
    membership: NDArray[np.int64],
    likeness: NDArray[np.float64],
    blank: NDArray[np.bool_],
    group_of: NDArray[np.int64],
    least: int,
) -> tuple[NDArray[np.int64], tuple[int, int, int]]:
    """Theme number per text, −1 for none; and how many texts were in too small groups, too far, or empty."""
    if not len(group_of):
        return np.zeros(0, np.int64), (0, 0, 0)
    theme, far, empty = membership[group_of], (likeness < BELONGS)[group_of], blank[group_of]
    theme = np.where(far | empty, -1, theme)
    sizes = np.bincount(theme[theme >= 0], minlength=int(membership.max()) + 1)
    small = (theme >= 0) & (sizes[theme] < least)
    return np.where(small, -1, theme), (int(small.sum()), int((far & ~empty).sum()), int(empty.sum()))


def _weighted(
    token_lists: Sequence[Sequence[str]], titles: Sequence[Sequence[str]] | None, chosen: NDArray[np.int64]
) -> list[list[str]]:
    """The chosen texts as they are compared: titles count more, and English words that join anything not at all."""
    told = titles if titles is not None else [()] * len(token_lists)
    return [[t for t in (*token_lists[i], *(TITLE_COUNTS * [*told[i]])) if t not in ENGLISH] for i in chosen]


def _groups(assigned: NDArray[np.int64], likeness: NDArray[np.float64]) -> list[list[int]]:
    """Positions of the members of each theme, most typical first; the largest theme first."""
    members: dict[int, list[int]] = defaultdict(list)
    for i in np.argsort(-np.round(likeness, 5), kind="stable"):
        if assigned[i] >= 0:
            members[int(assigned[i])].append(int(i))
    return sorted(members.values(), key=lambda g: (-len(g), min(g)))


def _labels(
    groups: Sequence[Sequence[int]],
    token_lists: Sequence[Sequence[str]],
    titles: Sequence[Sequence[str]] | None,
    words: int,
) -> list[tuple[str, ...]]:
    frequency = Counter(t for tokens in token_lists for t in set(tokens))
    told = [[titles[i] for i in g] for g in groups] if titles is not None else None
    texts = [[token_lists[i] for i in g] for g in groups]
    return label_themes(texts, frequency, len(token_lists), words=words, titles=told)


def _themes(
    ids: Sequence[str],
    groups: Sequence[Sequence[int]],
    labels: Sequence[tuple[str, ...]],
    likeness: NDArray[np.float64],
) -> tuple[Theme, ...]:
    named = [(g, label) for g, label in zip(groups, labels, strict=True) if label]
    return tuple(
        Theme(f"t{number}", label, len(g), tuple(ids[i] for i in g), round(float(likeness[g].mean()), 4))
        for number, (g, label) in enumerate(named, 1)
    )


def _agreement(runs: Sequence[NDArray[np.int64]]) -> float | None:
    from sklearn.metrics import adjusted_mutual_info_score

    if len(runs) < 2 or not len(runs[0]):
        return None
    return round(float(np.mean([adjusted_mutual_info_score(a, b) for a, b in combinations(runs, 2)])), 4)
