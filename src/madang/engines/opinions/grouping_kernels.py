"""Loops of k-means, compiled. Called by grouping, which says what they mean."""

# The compiler infers types; annotations would only repeat the caller's.
# Nested as the sums are.
# ruff: noqa: ANN001, ANN201, C901

import numpy as np
from numba import njit

from madang.engines.opinions.drawing_kernels import mixed


@njit(cache=True)
def uniform(state):
    return float(state >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def seeded(points, k, state, nearest):
    """k-means++ (Arthur, Vassilvitskii 2007): centers drawn by squared distance to those already drawn."""
    n, r = points.shape
    centers = np.empty((k, r))
    state = mixed(state)
    centers[0] = points[min(int(uniform(state) * n), n - 1)]
    nearest[:] = np.inf
    for c in range(1, k):
        total = 0.0
        for i in range(n):
            d = 0.0
            for p in range(r):
                d += (points[i, p] - centers[c - 1, p]) ** 2
            nearest[i] = min(nearest[i], d)
            total += nearest[i]
        state = mixed(state)
        left, chosen = uniform(state) * total, n - 1
        for i in range(n):
            left -= nearest[i]
            if left < 0.0:
                chosen = i
                break
        centers[c] = points[chosen]
    return centers


@njit(cache=True)
def lloyd(points, centers, labels, rounds):
    """Lloyd's rounds until nobody moves; returns the sum of squared distances. An emptied group keeps its center."""
    n, r = points.shape
    k = len(centers)
    sums, count = np.zeros((k, r)), np.zeros(k)
    cost = 0.0
    for _ in range(rounds):
        sums[:] = 0.0
        count[:] = 0.0
        moved, cost = 0, 0.0
        for i in range(n):
            best, at = np.inf, 0
            for c in range(k):
                d = 0.0
                for p in range(r):
                    d += (points[i, p] - centers[c, p]) ** 2
                if d < best:
                    best, at = d, c
            moved += labels[i] != at
            labels[i] = at
            cost += best
            count[at] += 1.0
            for p in range(r):
                sums[at, p] += points[i, p]
        if not moved:
            break
        for c in range(k):
            if count[c] > 0.0:
                for p in range(r):
                    centers[c, p] = sums[c, p] / count[c]
    return cost


@njit(cache=True)
def kmeans(points, k, seed, restarts, rounds):
    n = len(points)
    nearest = np.empty(n)
    labels, best_labels = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    best, best_centers = np.inf, np.zeros((k, points.shape[1]))
    for t in range(restarts):
        centers = seeded(points, k, mixed(np.uint64(seed) ^ mixed(np.uint64(t))), nearest)
        labels[:] = -1
        cost = lloyd(points, centers, labels, rounds)
        if cost < best - 1e-12:
            best = cost
            best_centers[:] = centers
            best_labels[:] = labels
    return best_labels, best_centers
