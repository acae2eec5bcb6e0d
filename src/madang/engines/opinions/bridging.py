"""What unites across divides, and what divides, without any groups.

Bridging is the matrix factorization of Community Notes (Wojcik et al. 2022): r̂ = μ + i_u + i_n + f_u·f_n with one
factor. The factor takes up what a person's side explains, so the statement's own intercept i_n is what is left: how
much people agree whatever their side. Divisiveness is how far a person's other votes predict the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from madang.engines.opinions import factors, findings, fitting_kernels
from madang.engines.opinions.cells import Cells
from madang.engines.opinions.intervals import Z95, q_values

INTERCEPT_RIDGE, FACTOR_RIDGE = 0.15, 0.03
Z80 = 1.2815515655446004
TINY = 1e-9
ENOUGH = 10  # votes from which a mean of products is near enough to normal
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bridging:
    """score, low, high: the intercept of each statement with its 95% interval, shape (m,).

    Agreeing is 1, passing ½, disagreeing 0. ends: what people are predicted to answer, 10% and 90% of them if they were
    spread normally, (m, 2); a person's tendency to agree with anything counts as a side, too.
    """

    score: Floats = field(repr=False)
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    ends: Floats = field(repr=False)


@dataclass(frozen=True)
class Divisiveness:
    """score: how far answers move with their prediction from the person's other votes, in votes, shape (m,).

    The covariance over the spread of the predictions: 0 if other votes tell nothing, 1 if they tell all and people are
    split evenly. low, high: its 95% interval; q: after Benjamini-Hochberg, NaN where too few voted.
    """

    score: Floats = field(repr=False)
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    q: Floats = field(repr=False)


def bridging(cells: Cells, *, seed: int) -> Bridging:
    """Fit and score. Penalties are per mean count of votes, as in the published program: λ · votes / people for each
    person, λ · votes / statements for each statement; so a statement with few votes is drawn to 0.
    """
    n_votes, m = len(cells), max(cells.m, 1)
    voters = max(int((cells.counted() > 0).sum()), 1)
    # Votes stand at -1, 0, 1 here: twice the scale of the score, so factors of both sides grow by √2 alike.
    ridges = factors.Ridges(
        person=FACTOR_RIDGE * n_votes / voters * 2,
        statement=FACTOR_RIDGE * n_votes / m * 2,
        intercept=INTERCEPT_RIDGE * n_votes / m,
        leveled=False,
        tendency=INTERCEPT_RIDGE * n_votes / voters,
    )
    fitted = factors.fit(cells, rank=1, seed=seed, ridges=ridges, sweeps=2 * factors.SWEEPS)
    reach = Z95 * np.sqrt(_variances(cells, fitted)) / 2
    score = (fitted.intercept - fitted.mean) / 2
    return Bridging(score, score - reach, score + reach, _ends(cells, fitted))


def _variances(cells: Cells, fitted: factors.Factors) -> Floats:
    """Of the intercept, given the people: the first entry of noise · (ZᵀZ + ridge)⁻¹, from sums alone."""
    f = fitted.people[:, 0]
    one, two, count = np.zeros(cells.m), np.zeros(cells.m), np.zeros(cells.m)
    fitting_kernels.moments(cells.ptr, cells.statement, f, one, two, count)
    inner = two + fitted.ridges.statement
    return fitted.noise / (count + fitted.ridges.intercept - one**2 / inner)


def _ends(cells: Cells, fitted: factors.Factors) -> Floats:
    voted = cells.counted() > 0
    people = fitted.people[voted]
    if not len(people):
        return np.full((cells.m, 2), np.nan)
    away = people - people.mean(0)
    second = away.T @ away / len(away)
    middle = fitted.intercept + fitted.statements @ people.mean(0)
    reach = Z80 * np.sqrt(np.maximum(np.einsum("mp,pq,mq->m", fitted.statements, second, fitted.statements), 0.0))
    return (np.stack([middle - reach, middle + reach], axis=1) + 1) / 2


def divisiveness(cells: Cells, parts: tuple[findings.Half, ...]) -> Divisiveness:
    """Every vote beside its prediction from the half of the person's votes that does not hold it, over all splits."""
    mean, error = np.zeros(cells.m), np.zeros(cells.m)
    count = np.bincount(cells.statement, minlength=cells.m).astype(np.float64)
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    for first, second in pairs:
        sums = np.zeros((cells.m, 6))
        keep = findings.mask(cells, first.seed, first.split)
        at = (cells.ptr, cells.statement, cells.value, keep)
        fitting_kernels.products(*at, first.points, first.loadings, second.points, second.loadings, sums)
        n = np.maximum(count, 2.0)
        wide = np.sqrt(sums[:, 5] / n)
        unit = np.where(wide > TINY, wide, 1.0) * len(pairs)
        own = sums[:, 3] / n
        mean += own / unit
        error += np.sqrt(np.maximum(sums[:, 4] / n - own**2, 0.0) / (n - 1)) / unit
    few = (count < ENOUGH) | (error <= 0)
    z = np.where(few, 0.0, mean / np.where(error > 0, error, 1.0))
    q = np.full(cells.m, np.nan)
    q[~few] = q_values(1 - ndtr(z[~few]))
    return Divisiveness(mean, mean - Z95 * error, mean + Z95 * error, q)
