"""Nearest neighbours and communities, the same for the same seed."""

import random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .vectors import Vectors

NEIGHBOURS = 15
# Up to here all pairs are compared; beyond it, texts are searched cell by cell.
EXACT_LIMIT = 25_000
PROBES = 6
# A weaker likeness is chance, no edge.
WEAKEST = 0.1


def neighbours(vectors: Vectors, k: int = NEIGHBOURS, *, seed: int = 0) -> tuple[NDArray[np.int64], Vectors]:
    """Return indices and cosines of the `k` nearest rows of each row: both (n, min(k, n−1)), nearest first.

    vectors: unit rows. Exact up to 25,000 rows; beyond, an inverted-file index (k-means cells, six probed).
    No index library is used here because their parallel builds give different graphs at each run.
    """
    n = len(vectors)
    k = max(0, min(k, n - 1))
    if k == 0:
        return np.zeros((n, 0), np.int64), np.zeros((n, 0), np.float32)
    if n <= EXACT_LIMIT:
        everything = np.arange(n)
        parts = [_nearest(vectors, everything[s : s + 1024], everything, k) for s in range(0, n, 1024)]
        return np.vstack([p[0] for p in parts]), np.vstack([p[1] for p in parts])
    return _by_cells(vectors, k, seed)


def _nearest(vectors: Vectors, rows: NDArray[Any], pool: NDArray[Any], k: int) -> tuple[NDArray[np.int64], Vectors]:
    """Exact k nearest of `rows` among `pool` (sorted; longer than k)."""
    cosines = vectors[rows] @ vectors[pool].T
    at = np.searchsorted(pool, rows).clip(max=len(pool) - 1)
    own = pool[at] == rows
    cosines[np.flatnonzero(own), at[own]] = -2
    best = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
    values = np.take_along_axis(cosines, best, 1)
    order = np.argsort(-values, axis=1, kind="stable")
    return pool[np.take_along_axis(best, order, 1)], np.take_along_axis(values, order, 1)


def _by_cells(vectors: Vectors, k: int, seed: int) -> tuple[NDArray[np.int64], Vectors]:
    centres = _centres(vectors, round(len(vectors) ** 0.5), seed)
    cell = np.concatenate([np.argmax(vectors[s : s + 8192] @ centres.T, axis=1) for s in range(0, len(vectors), 8192)])
    members = [np.flatnonzero(cell == c) for c in range(len(centres))]
    near = np.argsort(-(centres @ centres.T), axis=1, kind="stable")
    indices = np.empty((len(vectors), k), np.int64)
    values = np.empty((len(vectors), k), np.float32)
    for c, rows in enumerate(members):
        if len(rows):
            pool = _pool(members, near[c], k)
            for s in range(0, len(rows), 2048):
                part = rows[s : s + 2048]
                indices[part], values[part] = _nearest(vectors, part, pool, k)
    return indices, values


def _pool(members: list[NDArray[Any]], order: NDArray[Any], k: int) -> NDArray[Any]:
    """The rows of the nearest cells: six, or more until `k` neighbours are possible."""
    probes = PROBES
    while sum(len(members[c]) for c in order[:probes]) <= k:
        probes += 1
    return np.sort(np.concatenate([members[c] for c in order[:probes]]))


def _centres(vectors: Vectors, cells: int, seed: int) -> Vectors:
    rng = np.random.default_rng(seed)
    sample = vectors[np.sort(rng.choice(len(vectors), min(len(vectors), 40 * cells), replace=False))]
    centres = sample[np.sort(rng.choice(len(sample), cells, replace=False))].copy()
    for _ in range(5):
        nearest = np.argmax(sample @ centres.T, axis=1)
        for c in np.unique(nearest):
            mean = sample[nearest == c].mean(axis=0)
            centres[c] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return centres


def build(indices: NDArray[np.int64], cosines: Vectors) -> Any:
    """Return an igraph graph: an edge wherever one text is among the other's nearest, weighted by cosine."""
    import igraph

    n, k = indices.shape
    rows = np.repeat(np.arange(n), k)
    low, high = np.minimum(rows, indices.ravel()), np.maximum(rows, indices.ravel())
    weight = cosines.ravel().astype(np.float64)
    strong = weight > WEAKEST
    keys, first = np.unique(low[strong] * np.int64(n) + high[strong], return_index=True)
    graph = igraph.Graph(n=n, edges=np.column_stack([keys // n, keys % n]))
    # Rounding keeps the last bits of a matrix product from deciding a community.
    graph.es["weight"] = np.round(weight[strong][first], 4).tolist()
    return graph


def communities(graph: Any, *, resolution: float, seed: int) -> NDArray[np.int64]:
    """Return each node's community by Leiden on modularity (Traag, Waltman & van Eck 2019), largest first."""
    import igraph

    if not graph.ecount():
        return np.arange(graph.vcount())
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = graph.community_leiden(
            objective_function="modularity", weights="weight", resolution=resolution, n_iterations=3
        )
    finally:
        igraph.set_random_number_generator(random)
    membership = np.array(found.membership, dtype=np.int64)
    sizes = np.bincount(membership)
    rank = np.empty(len(sizes), np.int64)
    rank[np.lexsort((_first_seen(membership), -sizes))] = np.arange(len(sizes))
    return rank[membership]


def _first_seen(membership: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(membership, return_index=True)[1]
