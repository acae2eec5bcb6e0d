"""The two directions in which people differ most: principal components of the sparse residual.

Polis iterates the power method from where the last run ended and so, vote by vote, arrives at the exact components.
`components` gives these at once (Lanczos on RᵀR, which is never formed); `power` is Polis' own procedure for one run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from madang.engines.opinions.residual import Residual

    Vector = NDArray[np.float64]

STEPS = 100
SMALL = 24
CHECK = 4
LONGEST = 600
PRECISE = 1e-12
NOTHING = 1e-12


@dataclass(frozen=True)
class Components:
    """axes: float64 (m, 2), unit columns, 0 where there is no such direction. values: eigenvalues of RᵀR, (2,)."""

    axes: NDArray[np.float64] = field(repr=False)
    values: NDArray[np.float64]


def components(table: Residual, *, seed: int = 0, start: Vector | None = None) -> Components:
    """The first two components, exact to rounding. seed: of the starting vector, which decides nothing but rounding.

    start: (m, 2) components of an earlier run: its directions are kept (no map is mirrored by one vote).
    """
    found = leading(table.gram, len(table.column), table.spread(), seed=seed)
    return Components(oriented(found.axes, start), found.values)


def leading(gram: Callable[[Vector], Vector], m: int, spread: float, *, seed: int = 0) -> Components:
    """The two leading eigenvectors of RᵀR, given as a multiplication. spread: its trace."""
    if not m or spread <= NOTHING:
        return Components(np.zeros((m, 2)), np.zeros(2))
    values, axes = _dense(gram, m) if m <= SMALL else _lanczos(gram, m, seed)
    kept = values > NOTHING * spread
    return Components(oriented(np.where(kept, axes, 0.0), None), np.where(kept, values, 0.0))


def followed(gram: Vector, block: Vector) -> Vector:
    """One step of subspace iteration: an orthonormal (m, b) block turned towards the leading eigenvectors of gram."""
    product = gram @ block
    _, turn = np.linalg.eigh(block.T @ product)
    turned, _ = np.linalg.qr(product @ turn[:, ::-1])
    return np.asarray(turned)


def power(gram: Callable[[Vector], Vector], start: Vector, *, steps: int = STEPS) -> tuple[Vector, float]:
    """Polis' power method: multiply and normalize until the length stays the same, or `steps` times and once more."""
    vector, last = start, 0.0
    for left in range(steps, -1, -1):
        product = gram(vector)
        length = float(np.linalg.norm(product))
        vector = product / length if length else product
        if not left or length == last:
            break
        last = length
    return vector, last


def deflated(gram: Callable[[Vector], Vector], axis: Vector) -> Callable[[Vector], Vector]:
    """The same multiplication with one direction taken out of every row."""

    def multiply(vector: Vector) -> Vector:
        product = gram(vector - axis * (axis @ vector))
        return product - axis * (axis @ product)

    return multiply


def _dense(gram: Callable[[Vector], Vector], m: int) -> tuple[Vector, Vector]:
    whole = np.column_stack([gram(row) for row in np.eye(m)])
    values, vectors = np.linalg.eigh((whole + whole.T) / 2)
    axes = np.zeros((m, 2))
    found = min(2, m)
    axes[:, :found] = vectors[:, ::-1][:, :2]
    return np.pad(values[::-1][:2], (0, 2 - found)), axes


def _lanczos(gram: Callable[[Vector], Vector], m: int, seed: int) -> tuple[Vector, Vector]:
    """The Lanczos method with full reorthogonalization, until both residuals are below rounding's reach."""
    rng = np.random.default_rng(seed)
    most = min(m, LONGEST)
    basis, diagonal, beside = np.zeros((most, m)), np.zeros(most), np.zeros(most)
    basis[0] = _unit(rng.standard_normal(m))
    for j in range(most):
        product = gram(basis[j])
        diagonal[j] = basis[j] @ product
        rest = _orthogonal(product, basis[: j + 1])
        beside[j] = np.linalg.norm(rest)
        last = j == most - 1
        if last or j % CHECK == CHECK - 1:
            values, vectors = _ritz(diagonal[: j + 1], beside[:j])
            if last or (np.abs(beside[j] * vectors[-1]) <= PRECISE * values[0]).all():
                break
        if beside[j] <= PRECISE * diagonal[: j + 1].max():  # a closed subspace: go on outside of it
            beside[j] = 0.0
            rest = _orthogonal(rng.standard_normal(m), basis[: j + 1])
        basis[j + 1] = _unit(rest)
    return values, basis[: j + 1].T @ vectors


def _ritz(diagonal: Vector, beside: Vector) -> tuple[Vector, Vector]:
    from scipy.linalg import eigh_tridiagonal

    size = len(diagonal)
    values, vectors = eigh_tridiagonal(diagonal, beside, select="i", select_range=(size - 2, size - 1))
    return np.asarray(values[::-1], dtype=np.float64), np.asarray(vectors[:, ::-1], dtype=np.float64)


def _orthogonal(vector: Vector, basis: Vector) -> Vector:
    """Twice is enough."""
    for _ in range(2):
        vector = vector - (basis @ vector) @ basis
    return vector


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector))


def oriented(axes: Vector, start: Vector | None) -> Vector:
    """A component's sign is arbitrary: as before where there is a before, else its largest loading is positive."""
    for c in range(2):
        axis = axes[:, c]
        before = float(axis @ start[:, c]) if start is not None else 0.0
        sign = before or axis[np.abs(axis).argmax()] if len(axis) else 0.0
        if sign < 0:
            axes[:, c] = -axis
    return axes + 0.0
