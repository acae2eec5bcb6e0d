"""How many directions a map needs to tell groups apart: as many as predict votes that were held out, and no more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from madang.engines.opinions import drawing, factors, fitting_kernels
from madang.engines.opinions.cells import Cells

RANKS = (2, 3, 4, 6, 8)
SURE = 2.0  # standard errors by which a larger rank must be better


def rank_of(cells: Cells, seed: int) -> int:
    """2, or more while a fifth of everybody's votes, held out, is predicted better by two standard errors.

    Two directions make the picture. Seven groups with views of their own need six to be told apart, and votes that hold
    only two groups must not be spread over six directions of noise.
    """
    keep = drawing.thinned(cells, seed)
    if not keep.any() or keep.all():
        return RANKS[0]
    rank, error = RANKS[0], _errors(cells, keep, RANKS[0], seed)
    for more in RANKS[1:]:
        if more >= cells.m:
            break
        other = _errors(cells, keep, more, seed)
        gain = error - other
        if gain.mean() <= SURE * gain.std() / np.sqrt(len(gain)):
            break
        rank, error = more, other
    return rank


def _errors(cells: Cells, keep: NDArray[np.uint8], rank: int, seed: int) -> NDArray[np.float64]:
    """Squared errors of the votes left out, in their order."""
    fitted = factors.fit(cells, keep, rank=rank, seed=seed)
    out = np.empty(int((keep == 0).sum()))
    rows = (cells.ptr, cells.statement, cells.value, keep)
    fitting_kernels.left_out(*rows, fitted.people, fitted.statements, fitted.intercept, out)
    return out
