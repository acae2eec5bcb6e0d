"""Where people stand: x_ij ≈ μ_j + f_i·g_j, fitted to the votes that exist (ridge, alternating least squares).

A missing vote is missing: it pulls nobody anywhere. A person with few votes is drawn to the middle by the ridge instead
of being thrown outwards. Each sweep passes once over the votes, O(votes · rank²), with memory O((n + m) · rank).
Model: Koren, Bell, Volinsky 2009; the ridge as in Zhou et al. 2008 without weights by count.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from madang.engines.opinions import fitting_kernels
from madang.engines.opinions.cells import Cells

RIDGE = 14.0  # of a person: best on held-out votes of six conversations and four made ones (docs/methods/opinions.md)
STATEMENT_RIDGE = 1.0
INTERCEPT_RIDGE = 1.0  # one vote's worth of the mean over everything
SWEEPS = 12
TINY = 1e-12
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ridges:
    """Penalties. person, statement: of the factors. intercept: of μ_j towards the mean of all votes.

    leveled: keep the loadings at mean square 1 on each axis, so that a person's ridge means the same number of votes in
    a village and in a province. tendency: of a person's own intercept; None leaves it out.
    """

    person: float = RIDGE
    statement: float = STATEMENT_RIDGE
    intercept: float = INTERCEPT_RIDGE
    leveled: bool = True
    tendency: float | None = None


@dataclass(frozen=True)
class Factors:
    """people (n, r), statements (m, r), intercept μ (m,), all float64; with a tendency its column is the last.

    noise: mean squared residual of the votes that were used. mean: of all votes used.
    """

    people: Floats = field(repr=False)
    statements: Floats = field(repr=False)
    intercept: Floats = field(repr=False)
    noise: float
    mean: float
    ridges: Ridges


def fit(
    cells: Cells,
    keep: NDArray[np.uint8] | None = None,
    want: int = 1,
    *,
    rank: int = 2,
    seed: int = 0,
    ridges: Ridges = Ridges(),
    sweeps: int = SWEEPS,
) -> Factors:
    """Fit the votes where keep == want (all votes without keep). Deterministic; O(sweeps · votes · rank²)."""
    keep = np.ones(len(cells), np.uint8) if keep is None else keep
    tendency = ridges.tendency is not None
    width = rank + tendency
    count, total = fitting_kernels.sums(cells.statement, cells.value, keep, want, cells.m)
    mean = float(total.sum() / max(count.sum(), 1.0))
    g, f = np.ones((cells.m, width)), np.zeros((cells.n, width))
    start = np.empty((cells.m, rank))
    fitting_kernels.start(cells.m, rank, seed, start)
    g[:, :rank] = start
    mu = (total + ridges.intercept * mean) / (count + ridges.intercept).clip(1e-9)
    person = np.array([ridges.person] * rank + ([ridges.tendency] if ridges.tendency is not None else []))
    a, b = np.zeros((cells.m, width + 1, width + 1)), np.zeros((cells.m, width + 1))
    step = fitting_kernels.people_step_of_two if width == 2 else fitting_kernels.people_step
    for _ in range(sweeps):
        if ridges.leveled:
            g[:, :rank] = leveled(g[:, :rank])
        step(cells.ptr, cells.statement, cells.value, keep, want, g, mu, person, f, a, b)
        fitting_kernels.statements_step(a, b, rank, ridges.statement, ridges.intercept, mean, g, mu)
    if ridges.leveled:
        g[:, :rank] = leveled(g[:, :rank])
    step(cells.ptr, cells.statement, cells.value, keep, want, g, mu, person, f, a, b)
    squares, used = fitting_kernels.squares(cells.ptr, cells.statement, cells.value, keep, want, f, g, mu)
    return Factors(f, g, mu, squares / max(used, 1), mean, ridges)


def leveled(g: Floats) -> Floats:
    """The same directions (m, r) with mean square 1 on each and no correlation between them; zeros stay."""
    size = g.T @ g / max(len(g), 1)
    scale = float(np.trace(size))
    if scale < TINY:
        return g
    root = np.linalg.cholesky(size + TINY * scale * np.eye(len(size)))
    return np.asarray(g @ np.linalg.inv(root).T)


def turned(factors: Factors) -> tuple[Floats, Floats, Floats]:
    """Points, loadings and the turn between: principal axes of the fitted votes, in units of one vote.

    points (n, r) = people · turn; loadings (m, r) have mean square 1 on each axis, so that a point's coordinate is how
    far a typical statement's predicted answer moves. The largest loading of each axis is positive. An axis that holds
    nothing (all answer alike) is zero.
    """
    f, g = factors.people, factors.statements
    m, r = g.shape
    if not m or not len(f):
        return np.zeros_like(f), np.zeros_like(g), np.eye(r)
    spread, root = np.linalg.eigh(g.T @ g / m)
    scale = np.sqrt(np.clip(spread, 0.0, None))
    held = scale > 1e-9 * max(float(scale.max()), 1e-9)
    inner = root * np.where(held, scale, 0.0)
    outer = root * np.where(held, 1.0 / np.where(held, scale, 1.0), 0.0)
    size, axes = np.linalg.eigh(inner.T @ (f.T @ f) @ inner)
    axes = axes[:, np.argsort(-size, kind="stable")]
    turn, loadings = inner @ axes, g @ (outer @ axes)
    sign = np.where(loadings[np.abs(loadings).argmax(axis=0), np.arange(r)] < 0, -1.0, 1.0)
    return f @ (turn * sign), loadings * sign, turn * sign


def spread(cells: Cells, factors: Factors, turn: Floats) -> Floats:
    """Covariance of each person's place, shape (n, a, a): noise · (GᵀG + ridge)⁻¹, turned.

    turn: (r, a), from the factors to the axes wanted.

    What the ridge regression is unsure of given the statements' loadings; loadings are taken as known.
    """
    axes = turn.shape[1]
    out = np.zeros((cells.n, axes, axes))
    held = np.ascontiguousarray(turn)
    fitting_kernels.spread(
        cells.ptr, cells.statement, factors.statements, factors.ridges.person, factors.noise, held, out
    )
    return out
