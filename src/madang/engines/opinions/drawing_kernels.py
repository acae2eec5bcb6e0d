"""Seeded draws, compiled. Called by drawing, which says what they mean."""

# The compiler infers types; annotations would only repeat the caller's.
# ruff: noqa: ANN001, ANN201

import numpy as np
from numba import njit

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_A, _MIX_B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@njit(cache=True)
def mixed(state: np.uint64) -> np.uint64:
    """SplitMix64's output of a state (Steele, Lea, Flood 2014)."""
    z = state + _STEP
    z = (z ^ (z >> np.uint64(30))) * _MIX_A
    z = (z ^ (z >> np.uint64(27))) * _MIX_B
    return z ^ (z >> np.uint64(31))


@njit(cache=True)
def drop_one_of(ptr, size, seed, out):
    """Of every `size` consecutive votes of a person mark one as dropped (0); of a shorter rest in proportion."""
    for i in range(len(ptr) - 1):
        state = mixed(np.uint64(seed) ^ mixed(np.uint64(i)))
        for start in range(ptr[i], ptr[i + 1], size):
            state = mixed(state)
            at = start + np.int64((state >> np.uint64(33)) % np.uint64(size))
            if at < ptr[i + 1]:
                out[at] = 0


@njit(cache=True)
def permute(starts, seed, values):
    for j in range(len(starts) - 1):
        state = mixed(np.uint64(seed) ^ mixed(np.uint64(j)))
        low = starts[j]
        for at in range(starts[j + 1] - 1, low, -1):
            state = mixed(state)
            other = low + np.int64((state >> np.uint64(33)) % np.uint64(at - low + 1))
            values[at], values[other] = values[other], values[at]
