"""Loops over votes and points, compiled. Each is called by one function that says what it means and checks nothing.

start, statement, value: votes as rows (see residual.Residual).
"""

# The compiler infers types; annotations would only repeat the caller's.
# ruff: noqa: ANN001, ANN201

import numpy as np
from numba import njit


@njit(cache=True)
def gram(start, statement, value, mean, vector):
    product = np.zeros(len(vector))
    for i in range(len(start) - 1):
        length = 0.0
        for k in range(start[i], start[i + 1]):
            j = statement[k]
            length += (value[k] - mean[j]) * vector[j]
        for k in range(start[i], start[i + 1]):
            j = statement[k]
            product[j] += length * (value[k] - mean[j])
    return product


@njit(cache=True)
def onto(start, statement, value, mean, components):
    points = np.zeros((len(start) - 1, 2))
    for i in range(len(start) - 1):
        x = y = 0.0
        for k in range(start[i], start[i + 1]):
            j = statement[k]
            cell = value[k] - mean[j]
            x += cell * components[j, 0]
            y += cell * components[j, 1]
        points[i, 0], points[i, 1] = x, y
    return points


@njit(cache=True)
def spread(statement, value, mean, zeroed):
    total = 0.0
    for k in range(len(statement)):
        j = statement[k]
        if not zeroed[j]:
            total += (value[k] - mean[j]) ** 2
    return total


@njit(cache=True)
def sums(statement, value, m):
    total, number = np.zeros(m, np.int64), np.zeros(m, np.int64)
    for k in range(len(statement)):
        total[statement[k]] += value[k]
        number[statement[k]] += 1
    return total, number


@njit(cache=True)
def voted_on(start, statement, counts):
    seen = np.zeros(len(start) - 1, np.int32)
    for i in range(len(start) - 1):
        for k in range(start[i], start[i + 1]):
            if counts[statement[k]]:
                seen[i] += 1
    return seen


@njit(cache=True)
def tallies(start, statement, value, group, groups, m):
    counts = np.zeros((groups, m, 3), np.int64)
    for i in range(len(start) - 1):
        g = group[i]
        if g >= 0:
            for k in range(start[i], start[i + 1]):
                if value[k] == 1:
                    counts[g, statement[k], 0] += 1
                elif value[k] == -1:
                    counts[g, statement[k], 1] += 1
                else:
                    counts[g, statement[k], 2] += 1
    return counts


@njit(cache=True)
def assign(points, centers, label):
    for i in range(len(points)):
        x, y = points[i, 0], points[i, 1]
        best, nearest = np.inf, 0
        for c in range(len(centers)):
            apart = (x - centers[c, 0]) ** 2 + (y - centers[c, 1]) ** 2
            if apart <= best:
                best, nearest = apart, c
        label[i] = nearest


@njit(cache=True)
def means(points, weights, label, k):
    centers, total, members = np.zeros((k, 2)), np.zeros(k), np.zeros(k, np.int64)
    for i in range(len(points)):
        c = label[i]
        if c < 0:
            continue
        centers[c, 0] += weights[i] * points[i, 0]
        centers[c, 1] += weights[i] * points[i, 1]
        total[c] += weights[i]
        members[c] += 1
    for c in range(k):
        if members[c]:
            centers[c] /= total[c]
    return centers, members


@njit(cache=True)
def farthest(points, centers):
    """The point that is farthest from its nearest center, and that squared distance."""
    found, most = 0, -1.0
    for i in range(len(points)):
        nearest = np.inf
        for c in range(len(centers)):
            apart = (points[i, 0] - centers[c, 0]) ** 2 + (points[i, 1] - centers[c, 1]) ** 2
            nearest = min(nearest, apart)
        if nearest > most:
            found, most = i, nearest
    return found, most
