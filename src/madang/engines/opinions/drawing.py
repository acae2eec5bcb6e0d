"""Seeded draws over votes: halves, subsamples, and votes permuted within statements.

Each person's draw depends on the seed and the row only (SplitMix64), so it is the same on every machine, whatever the
number of threads. Draws are balanced within each person: a half has half of everybody's votes, give or take one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from madang.engines.opinions import drawing_kernels
from madang.engines.opinions.cells import Cells


def derived(seed: int, *path: int) -> int:
    """A seed for a named part of the work: the same parts give the same seed, different ones unrelated seeds."""
    return int(np.random.SeedSequence([seed & (2**64 - 1), *path]).generate_state(1, np.uint64)[0] >> 1)


def halves(cells: Cells, seed: int) -> NDArray[np.uint8]:
    """1 for the votes of the first half, 0 for those of the second, shape (v,)."""
    keep = np.ones(len(cells), np.uint8)
    drawing_kernels.drop_one_of(cells.ptr, 2, seed, keep)
    return keep


def thinned(cells: Cells, seed: int) -> NDArray[np.uint8]:
    """1 for four of five votes of everybody, 0 for the others, shape (v,)."""
    keep = np.ones(len(cells), np.uint8)
    drawing_kernels.drop_one_of(cells.ptr, 5, seed, keep)
    return keep


def by_statement(cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Votes in the order of their statement, and where each statement begins, shapes (v,) and (m+1,)."""
    order = np.argsort(cells.statement, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(cells.statement, minlength=cells.m))))
    return order, starts.astype(np.int64)


def permuted(cells: Cells, order: NDArray[np.int64], starts: NDArray[np.int64], seed: int) -> Cells:
    """The same cells with the votes of each statement dealt anew among those who gave them.

    What each statement got and who saw what stays; that people answer alike is gone.
    """
    values = cells.value[order]
    drawing_kernels.permute(starts, seed, values)
    dealt = np.empty_like(values)
    dealt[order] = values
    return Cells(cells.ptr, cells.statement, dealt, cells.people, cells.statements)
