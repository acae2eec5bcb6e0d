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
def counted(index, size):
    """How often each index occurs: bincount would first widen the indexes."""
    number = np.zeros(size, np.int32)
    for i in index:
        number[i] += 1
    return number


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
def assign(points, centers, label, near, far, drift):
    """Put each point to its nearest center, at a tie to the last of the nearest; return how many were looked at.

    near, far: bounds of the distance to the own and to the second center, kept between rounds; drift: how far each
    center moved since, after its label was renumbered. A point whose bounds exclude a change is passed over (Hamerly
    2010); the slack keeps rounding from deciding.
    """
    k = len(centers)
    half = np.empty(k)
    for c in range(k):
        closest = np.inf
        for d in range(k):
            if d != c:
                closest = min(closest, (centers[c, 0] - centers[d, 0]) ** 2 + (centers[c, 1] - centers[d, 1]) ** 2)
        half[c] = 0.5 * np.sqrt(closest)
    most = drift.max()
    looked = 0
    for i in range(len(points)):
        x, y, own = points[i, 0], points[i, 1], label[i]
        far[i] -= most
        bound = max(far[i], half[own])
        if (near[i] + drift[own]) * 1.000000001 + 1e-12 < bound:
            near[i] += drift[own]
            continue
        near[i] = np.sqrt((x - centers[own, 0]) ** 2 + (y - centers[own, 1]) ** 2)
        if near[i] * 1.000000001 + 1e-12 < bound:
            continue
        looked += 1
        best, second, nearest = np.inf, np.inf, 0
        for c in range(k):
            apart = (x - centers[c, 0]) ** 2 + (y - centers[c, 1]) ** 2
            if apart <= best:
                best, second, nearest = apart, best, c
            elif apart < second:
                second = apart
        label[i], near[i], far[i] = nearest, np.sqrt(best), np.sqrt(second)
    return looked


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


@njit(cache=True)
def change(products, crossed, masks, statements, events, at, old, new):
    """Replace one person's vote `at` in the sums of VᵀV, VᵀM and MᵀM. Codes: value + 1, or 3 for none."""
    j = statements[at]
    value, mask = (0, 0) if old == 3 else (old - 1, 1)
    after, masked = (0, 0) if new == 3 else (new - 1, 1)
    for k in range(len(statements)):
        code = events[k] & 3
        if k != at and code != 3:
            l = statements[k]  # noqa: E741
            products[j, l] += (after - value) * (code - 1)
            products[l, j] = products[j, l]
            crossed[j, l] += after - value
            crossed[l, j] += (masked - mask) * (code - 1)
            masks[j, l] += masked - mask
            masks[l, j] = masks[j, l]
    products[j, j] += after * after - value * value
    crossed[j, j] += after - value
    masks[j, j] += masked - mask


@njit(cache=True)
def gathered(start, statement, value, products, crossed, masks):
    """Add whole rows of votes to the sums of VᵀV, VᵀM and MᵀM."""
    for i in range(len(start) - 1):
        for k in range(start[i], start[i + 1]):
            j, x = statement[k], value[k]
            for other in range(start[i], start[i + 1]):
                l = statement[other]  # noqa: E741
                products[j, l] += x * value[other]
                crossed[j, l] += x
                masks[j, l] += 1


@njit(cache=True)
def covariance_row(products, crossed, masks, live, gram, j, m):
    """Row and column j of RᵀR from the sums: the same number for (j, l) as for (l, j), to the bit."""
    mean = crossed[j, j] / masks[j, j] if masks[j, j] else 0.0
    for l in range(m):  # noqa: E741
        cell = 0.0
        if live[j] and live[l] and masks[l, l]:
            other = crossed[l, l] / masks[l, l]
            cell = (products[j, l] + (mean * other) * masks[j, l]) - (other * crossed[j, l] + mean * crossed[l, j])
        gram[j, l] = cell
        gram[l, j] = cell
