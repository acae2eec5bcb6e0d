"""Counting and exact tails, compiled. Called by findings, which says what they mean."""

# The compiler infers types; annotations would only repeat the caller's.
# ruff: noqa: ANN001, ANN201

import math

import numpy as np
from numba import njit


@njit(cache=True)
def log_choose(n, k):
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@njit(cache=True)
def upper_tail(got, total, marked, drawn):
    """P(X ≥ got) for X hypergeometric: `drawn` of `total` of which `marked` count. Exact to rounding; stops when the
    terms no longer matter, so that millions of people cost no more than hundreds.
    """
    low, high = max(0, drawn - (total - marked)), min(marked, drawn)
    if got <= low:
        return 1.0
    if got > high:
        return 0.0
    down = got * (total + 0.0) < (marked + 0.0) * drawn  # below the mean: add up the lower tail instead
    at = got - 1 if down else got
    term = math.exp(log_choose(marked, at) + log_choose(total - marked, drawn - at) - log_choose(total, drawn))
    tail, x = 0.0, at
    while low <= x <= high:
        tail += term
        if down:
            term *= x / (marked - x + 1.0) * ((total - marked - drawn + x) / (drawn - x + 1.0))
            x -= 1
        else:
            term *= (marked - x) / (x + 1.0) * ((drawn - x) / (total - marked - drawn + x + 1.0))
            x += 1
        if term < 1e-17 * tail:
            break
    return max(0.0, 1.0 - tail) if down else min(1.0, tail)


@njit(cache=True)
def counted(ptr, keep, want):
    """How many votes of each person are of the half wanted."""
    out = np.zeros(len(ptr) - 1, np.int64)
    for i in range(len(ptr) - 1):
        for e in range(ptr[i], ptr[i + 1]):
            out[i] += keep[e] == want
    return out


@njit(cache=True)
def tally(ptr, statement, value, keep, want, labels, out):
    for i in range(len(ptr) - 1):
        if labels[i] < 0:
            continue
        for e in range(ptr[i], ptr[i + 1]):
            if keep[e] == want:
                out[labels[i], statement[e], 1 - value[e]] += 1


@njit(cache=True)
def tails(tally, out):
    """Upper tails of (agree, disagree) for each group and statement of a tally (k, m, 3)."""
    k, m, _ = tally.shape
    for j in range(m):
        total = tally[:, j].sum()
        for d in range(2):
            kind = 2 * d
            marked = tally[:, j, kind].sum()
            for g in range(k):
                out[g, j, d] = upper_tail(tally[g, j, kind], total, marked, tally[g, j].sum())
