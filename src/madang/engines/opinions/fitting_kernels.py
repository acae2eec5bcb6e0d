"""Loops of the factor model and of scores without groups, compiled. Callers say what they mean and check."""

# The compiler infers types; annotations would only repeat the caller's.
# Nested as the sums are.
# ruff: noqa: ANN001, ANN201, C901

import numpy as np
from numba import njit

from madang.engines.opinions.drawing_kernels import mixed


@njit(cache=True)
def solve(a, b, size):
    """Solve a·x = b in place by Cholesky (lower triangle of a is read); b becomes x."""
    for i in range(size):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= a[i, k] * a[j, k]
            a[i, j] = np.sqrt(s) if i == j else s / a[j, j]
    for i in range(size):
        s = b[i]
        for k in range(i):
            s -= a[i, k] * b[k]
        b[i] = s / a[i, i]
    for i in range(size - 1, -1, -1):
        s = b[i]
        for k in range(i + 1, size):
            s -= a[k, i] * b[k]
        b[i] = s / a[i, i]


@njit(cache=True)
def people_step(ptr, statement, value, keep, want, g, mu, ridge, f, a, b):
    """Fit every person to the statements, and gather the statements' normal equations in the same pass."""
    r = g.shape[1]
    lhs, rhs = np.empty((r, r)), np.empty(r)
    a[:] = 0.0
    b[:] = 0.0
    for i in range(len(ptr) - 1):
        lhs[:] = 0.0
        rhs[:] = 0.0
        for e in range(ptr[i], ptr[i + 1]):
            if keep[e] != want:
                continue
            j = statement[e]
            left = value[e] - mu[j]
            for p in range(r):
                rhs[p] += g[j, p] * left
                for q in range(p + 1):
                    lhs[p, q] += g[j, p] * g[j, q]
        for p in range(r):
            lhs[p, p] += ridge[p]
        solve(lhs, rhs, r)
        f[i] = rhs
        for e in range(ptr[i], ptr[i + 1]):
            if keep[e] != want:
                continue
            j, x = statement[e], float(value[e])
            for p in range(r):
                b[j, p] += rhs[p] * x
                a[j, r, p] += rhs[p]
                for q in range(p + 1):
                    a[j, p, q] += rhs[p] * rhs[q]
            a[j, r, r] += 1.0
            b[j, r] += x


@njit(cache=True)
def people_step_of_two(ptr, statement, value, keep, want, g, mu, ridge, f, a, b):
    """The same for two factors, three times as fast: what a vote adds lies in one line of the cache."""
    m = len(mu)
    told, sums = np.empty((m, 4)), np.zeros((m, 9))
    told[:, :2] = g
    told[:, 2] = mu
    for i in range(len(ptr) - 1):
        xx, xy, yy, x, y = ridge[0], 0.0, ridge[1], 0.0, 0.0
        for e in range(ptr[i], ptr[i + 1]):
            if keep[e] == want:
                one, two, left = told[statement[e], 0], told[statement[e], 1], value[e] - told[statement[e], 2]
                xx += one * one
                xy += one * two
                yy += two * two
                x += one * left
                y += two * left
        size = xx * yy - xy * xy
        p, q = (yy * x - xy * y) / size, (xx * y - xy * x) / size
        f[i, 0], f[i, 1] = p, q
        pp, pq, qq = p * p, p * q, q * q
        for e in range(ptr[i], ptr[i + 1]):
            if keep[e] == want:
                j, said = statement[e], float(value[e])
                sums[j, 0] += pp
                sums[j, 1] += pq
                sums[j, 2] += qq
                sums[j, 3] += p
                sums[j, 4] += q
                sums[j, 5] += 1.0
                sums[j, 6] += p * said
                sums[j, 7] += q * said
                sums[j, 8] += said
    for j in range(m):
        a[j, 0, 0], a[j, 1, 0], a[j, 1, 1] = sums[j, 0], sums[j, 1], sums[j, 2]
        a[j, 2, 0], a[j, 2, 1], a[j, 2, 2] = sums[j, 3], sums[j, 4], sums[j, 5]
        b[j, 0], b[j, 1], b[j, 2] = sums[j, 6], sums[j, 7], sums[j, 8]


@njit(cache=True)
def statements_step(a, b, free, ridge, intercept_ridge, mean, g, mu):
    """Fit every statement to the people; the last column of g stays if it is a tendency (free < r)."""
    m, r = g.shape
    lhs, rhs = np.empty((free + 1, free + 1)), np.empty(free + 1)
    for j in range(m):
        for p in range(free):
            rhs[p] = b[j, p]
            for q in range(p + 1):
                lhs[p, q] = a[j, p, q]
            lhs[p, p] += ridge
            lhs[free, p] = a[j, r, p]
        rhs[free] = b[j, r] + intercept_ridge * mean
        lhs[free, free] = a[j, r, r] + intercept_ridge
        if free < r:
            for p in range(free):
                rhs[p] -= a[j, free, p]
            rhs[free] -= a[j, r, free]
        solve(lhs, rhs, free + 1)
        for p in range(free):
            g[j, p] = rhs[p]
        mu[j] = rhs[free]


@njit(cache=True)
def squares(ptr, statement, value, keep, want, f, g, mu):
    total, count = 0.0, 0
    for i in range(len(ptr) - 1):
        for e in range(ptr[i], ptr[i + 1]):
            if keep[e] == want:
                j = statement[e]
                left = value[e] - mu[j]
                for p in range(g.shape[1]):
                    left -= f[i, p] * g[j, p]
                total += left * left
                count += 1
    return total, count


@njit(cache=True)
def start(m, r, seed, out):
    """Uniform on [-½, ½) by statement: who votes has no say in where the search begins."""
    state = mixed(np.uint64(seed))
    for j in range(m):
        for p in range(r):
            state = mixed(state)
            out[j, p] = float(state >> np.uint64(11)) / 9007199254740992.0 - 0.5


@njit(cache=True)
def sums(statement, value, keep, want, m):
    count, total = np.zeros(m), np.zeros(m)
    for e in range(len(value)):
        if keep[e] == want:
            count[statement[e]] += 1.0
            total[statement[e]] += value[e]
    return count, total


@njit(cache=True)
def spread(ptr, statement, g, ridge, noise, turn, out):
    r, axes = turn.shape
    lhs, work, column = np.empty((r, r)), np.empty((r, r)), np.empty(r)
    for i in range(len(ptr) - 1):
        lhs[:] = 0.0
        for e in range(ptr[i], ptr[i + 1]):
            j = statement[e]
            for p in range(r):
                for q in range(p + 1):
                    lhs[p, q] += g[j, p] * g[j, q]
        for p in range(r):
            lhs[p, p] += ridge
        for c in range(axes):
            work[:] = lhs
            column[:] = turn[:, c]
            solve(work, column, r)
            for d in range(axes):
                s = 0.0
                for p in range(r):
                    s += column[p] * turn[p, d]
                out[i, c, d] = noise * s


@njit(cache=True)
def moments(ptr, statement, f, one, two, count):
    for i in range(len(ptr) - 1):
        for e in range(ptr[i], ptr[i + 1]):
            one[statement[e]] += f[i]
            two[statement[e]] += f[i] * f[i]
            count[statement[e]] += 1.0


@njit(cache=True)
def products(ptr, statement, value, keep, points_a, loadings_a, points_b, loadings_b, sums):
    """Of each statement: count, Σx, Σp; then Σd, Σd² of the centered products d, and Σp² centered."""
    r = points_a.shape[1]
    for pass_ in range(2):
        for i in range(len(ptr) - 1):
            for e in range(ptr[i], ptr[i + 1]):
                j = statement[e]
                p = 0.0
                for a in range(r):
                    p += points_b[i, a] * loadings_b[j, a] if keep[e] else points_a[i, a] * loadings_a[j, a]
                if pass_ == 0:
                    sums[j, 0] += 1.0
                    sums[j, 1] += value[e]
                    sums[j, 2] += p
                else:
                    away = p - sums[j, 2] / sums[j, 0]
                    d = (value[e] - sums[j, 1] / sums[j, 0]) * away
                    sums[j, 3] += d
                    sums[j, 4] += d * d
                    sums[j, 5] += away * away


@njit(cache=True)
def left_out(ptr, statement, value, keep, f, g, mu, out):
    """Squared errors of the votes that were not kept."""
    at = 0
    for i in range(len(ptr) - 1):
        for e in range(ptr[i], ptr[i + 1]):
            if not keep[e]:
                j = statement[e]
                left = value[e] - mu[j]
                for p in range(g.shape[1]):
                    left -= f[i, p] * g[j, p]
                out[at] = left * left
                at += 1
