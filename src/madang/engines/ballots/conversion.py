"""Ballots as numbers: what each says in favor of a project, whatever its type. See docs/methods/ballots.md.

approval, k-approval, knapsack, choose-1: 1 for each project named.
ranking: the points that the file gives, else Borda: a ballot of k projects gives k to its first and 1 to its last.
cumulative, scoring: the points given; scoring also default_score for what a ballot leaves out.
A ballot of weight w counts as w equal ones. Every result is in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots.election import Election, ElectionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.outcome import Utility

SQRT_DIGITS = 6
# Filling in a default score writes down every voter beside every project.
_MOST_FILLED = 200_000_000


@dataclass(frozen=True)
class Tally:
    """Per project, shape (m,). votes: ballots that name it; score: the sum of what they give it, in points_units-ths.

    For ballots without points and order, score and votes are the same.
    """

    votes: NDArray[np.int64]
    score: NDArray[np.int64]


@dataclass(frozen=True)
class Supporters:
    """Who gives something positive to what, twice: by voter, and by project.

    start (n+1,), project (k,), value (k,): of voter i, project[start[i]:start[i+1]] with the values that they get.
    first (m+1,), voter (k,), worth (k,): of project p, voter[first[p]:first[p+1]], ascending. value and worth are None
    where every value is 1. Ballots of weight 0 and withdrawn projects are left out.
    """

    start: NDArray[np.int64]
    project: NDArray[np.int32]
    value: NDArray[np.int64] | None
    first: NDArray[np.int64]
    voter: NDArray[np.int32]
    worth: NDArray[np.int64] | None

    def of(self, project: int) -> NDArray[np.int32]:
        """Return the supporters of a project."""
        return self.voter[self.first[project] : self.first[project + 1]]


def values(election: Election) -> NDArray[np.int64] | None:
    """Return what each choice of election.project is worth, int64 (k,), or None where it is 1 throughout."""
    if election.points is not None:
        return election.points
    if election.ballot_type in {"cumulative", "scoring"}:
        raise ElectionError("These ballots give points but hold none: fill in Election.points.")
    return _borda(election) if election.ballot_type == "ranking" else None


def _borda(election: Election) -> NDArray[np.int64]:
    """Return k − position for each choice of a ballot of k projects; position from 0."""
    ends = np.repeat(election.start[1:], np.diff(election.start))
    return ends - np.arange(len(election.project), dtype=np.int64)


def voter_of(election: Election) -> NDArray[np.int32]:
    """Return the voter of each choice, int32 (k,)."""
    return np.repeat(np.arange(election.n, dtype=np.int32), np.diff(election.start))


def tally(election: Election) -> Tally:
    """Count votes and score per project."""
    weights = None if election.weights is None else election.weights[voter_of(election)]
    worth = values(election)
    votes = _sums(election, weights)
    if worth is None:
        return Tally(votes, votes)
    score = _sums(election, worth if weights is None else worth * weights)
    if election.default_score:
        ballots = election.n if election.weights is None else int(election.weights.sum())
        score = score + election.default_score * (ballots - votes)
    return Tally(votes, score)


def _sums(election: Election, of: NDArray[np.int64] | None) -> NDArray[np.int64]:
    if of is None:
        return np.bincount(election.project, minlength=election.m)
    if len(of) and float(np.abs(of).max()) * len(of) < 2**53:
        return np.bincount(election.project, weights=of, minlength=election.m).astype(np.int64)
    total = np.zeros(election.m, dtype=np.int64)
    np.add.at(total, election.project, of)
    return total


def voters(election: Election) -> int:
    """Return how many ballots count, blank ones included, each as often as its weight says."""
    return election.n if election.weights is None else int(election.weights.sum())


def filled(election: Election) -> Election:
    """Return the same election with every default score written down as if the voter had given it."""
    if not election.default_score:
        return election
    if election.n * election.m > _MOST_FILLED:
        raise ElectionError(
            f"A default score of {election.default_score} stands for {election.n * election.m:,} points that nobody "
            "wrote down, too many for this rule: count greedily, or set the default score to 0."
        )
    points = np.full((election.n, election.m), election.default_score, dtype=np.int64)
    given = values(election)
    points[voter_of(election), election.project] = 1 if given is None else given
    return replace(
        election,
        start=np.arange(election.n + 1, dtype=np.int64) * election.m,
        project=np.tile(np.arange(election.m, dtype=np.int32), election.n),
        points=points.ravel(),
        default_score=0,
    )


def supporters(election: Election) -> Supporters:
    """Return who supports what. A choice worth 0 or less is no support."""
    election = filled(election)
    start, project, value = election.start, election.project, values(election)
    keep = _supporting(election, value)
    if keep is not None:
        counts = np.zeros(len(keep) + 1, dtype=np.int64)
        np.cumsum(keep, out=counts[1:])
        start, project = counts[start], project[keep]
        value = None if value is None else value[keep]
    # A key of 16 bits is sorted by its digits, in linear time.
    key = project.astype(np.uint16) if election.m < 2**16 else project
    order = np.argsort(key, kind="stable")
    first = np.zeros(election.m + 1, dtype=np.int64)
    np.cumsum(np.bincount(project, minlength=election.m), out=first[1:])
    voter = np.repeat(np.arange(election.n, dtype=np.int32), np.diff(start))[order]
    return Supporters(start, project, value, first, voter, None if value is None else value[order])


def _supporting(election: Election, value: NDArray[np.int64] | None) -> NDArray[np.bool_] | None:
    """Return which choices count, or None for all."""
    keep = None if value is None or value.min(initial=1) > 0 else value > 0
    withdrawn = np.array([one.withdrawn for one in election.projects], dtype=bool)
    if withdrawn.any():
        standing = ~withdrawn[election.project]
        keep = standing if keep is None else keep & standing
    if election.weights is not None and election.weights.min(initial=1) <= 0:
        counting = election.weights[voter_of(election)] > 0
        keep = counting if keep is None else keep & counting
    return keep


def base(election: Election, utility: Utility) -> tuple[list[int], int]:
    """Return what one point of a voter for each project is worth, in whole numbers, and how many make one.

    cost: the project's cost in units (so many make one of the currency as Election.units says). cardinality: 1.
    sqrt-cost: the square root of the cost in the currency, rounded down to six decimals, in millionths: it does not
    change with Election.units. A voter's utility of a project is its base times her value (see values).
    """
    if utility == "cardinality":
        return [1] * election.m, 1
    if utility == "cost":
        return [one.cost for one in election.projects], election.units
    scale = 10**SQRT_DIGITS
    return [isqrt(one.cost * scale * scale // election.units) for one in election.projects], scale
