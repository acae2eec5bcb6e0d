"""Which statement a person sees next: drawn, with a known probability for each.

Three wishes are mixed: everything is heard (a part drawn evenly), exposure evens out and new statements are heard (a
part in favor of what was seen least), and each vote tells much (a part in favor of what would place this person, and
of what people rarely pass). Every open statement keeps a chance of at least EVEN / m, so that votes can be weighed by
1 / probability. Pure: the draw is a hash of seed, person and number of votes cast.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

EVEN, LEAST_SEEN, TELLING = 0.25, 0.45, 0.30
FEW_SEEN = 10  # answers below which a statement counts as new
Floats = NDArray[np.float64]


class NothingLeftError(ValueError):
    """The person has answered every open statement."""


@dataclass(frozen=True)
class State:
    """What routing knows of m statements: seen and passed counts, int64 (m,); loadings on the map, float64 (m, 2), zero
    where there is no map yet; ridge: of a person's place in units of the votes' noise.
    """

    seen: NDArray[np.int64] = field(repr=False)
    passed: NDArray[np.int64] = field(repr=False)
    loadings: Floats = field(repr=False)
    ridge: float = 4.0


@dataclass(frozen=True)
class Choice:
    """The statement shown and the probability with which it was."""

    statement: int
    probability: float


def worth(state: State) -> Floats:
    """What one more answer is worth to the map before anything is known of the person, shape (m,), in [0, 1]-ish units.

    The share that does not pass (with Laplace's rule), times how far the statement spreads people.
    """
    answered = 1.0 - (state.passed + 1.0) / (state.seen + 2.0)
    return answered * _telling(state, np.zeros(0, np.int64))


def _telling(state: State, voted: NDArray[np.int64]) -> Floats:
    """½ log of how much narrower the person's place gets: log(1 + gᵀ C g) / 2, C the spread after the votes so far."""
    g = state.loadings
    known = g[voted].T @ g[voted] + state.ridge * np.eye(g.shape[1])
    gain = 0.5 * np.log1p(np.einsum("mp,pq,mq->m", g, np.linalg.inv(known), g))
    # A statement without a place on the map yet may tell as much as a middling one.
    return np.where(state.seen < FEW_SEEN, np.maximum(gain, np.median(gain)), gain)


def probabilities(state: State, unvoted: NDArray[np.bool_], voted: NDArray[np.int64] | None = None) -> Floats:
    """The chance of each statement, shape (m,): 0 where not unvoted, the others add up to 1.

    unvoted: bool (m,), open statements that the person has not answered. voted: indexes of those answered.

    >>> state = State(np.array([9, 0]), np.array([1, 0]), np.zeros((2, 2)))
    >>> probabilities(state, np.array([True, True])).round(2).tolist()
    [0.32, 0.68]
    """
    if not unvoted.any():
        raise NothingLeftError(
            "This person has answered every open statement: show the results, or invite a statement."
        )
    voted = np.zeros(0, np.int64) if voted is None else voted
    least = unvoted / (1.0 + state.seen) ** 2
    answered = 1.0 - (state.passed + 1.0) / (state.seen + 2.0)
    telling = unvoted * answered * (_telling(state, voted) + 1e-9)
    return EVEN * unvoted / unvoted.sum() + LEAST_SEEN * least / least.sum() + TELLING * telling / telling.sum()


def next_statement(
    state: State,
    unvoted: NDArray[np.bool_],
    *,
    seed: int,
    person: str,
    count: int,
    voted: NDArray[np.int64] | None = None,
) -> Choice:
    """Draw the next statement of a person who has cast `count` votes; the same arguments give the same choice.

    O(m). Raises NothingLeftError when every open statement is answered.

    >>> state = State(np.array([5, 0, 2]), np.zeros(3, np.int64), np.zeros((3, 2)))
    >>> next_statement(state, np.array([False, True, False]), seed=1, person="a", count=0)
    Choice(statement=1, probability=1.0)
    """
    chance = probabilities(state, unvoted, voted)
    ladder = np.cumsum(chance)
    at = int(np.searchsorted(ladder, _drawn(seed, person, count) * ladder[-1], side="right"))
    last = int(np.flatnonzero(unvoted)[-1])
    return Choice(min(at, last), float(chance[min(at, last)]))


def _drawn(seed: int, person: str, count: int) -> float:
    """A number in [0, 1) from SHA-256, so that anyone can repeat the draw."""
    told = hashlib.sha256(f"{seed}\n{count}\n{person}".encode()).digest()
    return int.from_bytes(told[:8], "big") / 2**64
