"""Ties: one published order of all projects, fixed before the count; of equally good ones the earliest is taken.

file: as the file lists them. lot: by SHA-256 of the seed and the project's id, which anybody can draw again, whatever
the order of the file. cost-votes-lot: lower cost, then more votes, then that lot (as equalshares.net does).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots.conversion import tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Options


def lot(seed: int, identity: str) -> str:
    """Return the number that a project draws: the lowest comes first.

    >>> lot(6, "A") < lot(6, "B"), lot(7, "A") < lot(7, "B")
    (True, False)
    """
    return hashlib.sha256(f"{seed}\n{identity}".encode()).hexdigest()


def order(election: Election, options: Options) -> list[int]:
    """Return the indexes of all projects, first the one that wins a tie against all others."""
    projects = range(election.m)
    if options.tie == "file":
        return list(projects)
    drawn = [lot(options.seed, one.id) for one in election.projects]
    if options.tie == "lot":
        return sorted(projects, key=lambda p: (drawn[p], p))
    votes = tally(election).votes
    return sorted(projects, key=lambda p: (election.projects[p].cost, -int(votes[p]), drawn[p], p))


def ranks(election: Election, options: Options) -> NDArray[np.int64]:
    """Return each project's place in that order, int64 (m,), from 0."""
    places = np.empty(election.m, dtype=np.int64)
    places[order(election, options)] = np.arange(election.m)
    return places
