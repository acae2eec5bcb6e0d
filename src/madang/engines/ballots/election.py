"""An election: projects with costs, voters with ballots. Money is in whole units of the smallest coin used."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BallotType = Literal["approval", "k-approval", "knapsack", "ranking", "cumulative", "scoring", "choose-1"]


class ElectionError(ValueError):
    """An election that can't be counted; says what is wrong and what to do."""


@dataclass(frozen=True)
class Project:
    """What money can be given to. cost: in units (see Election.units), as asked of this budget.

    funded: in units, already paid by others and no part of cost. groups: keys of pots, categories or districts that
    limit it (see Limit). selected, votes, score: as published in the file, None where it says nothing; never used to
    count.
    """

    id: str
    cost: int
    name: str = ""
    categories: tuple[str, ...] = ()
    beneficiaries: tuple[str, ...] = ()
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None
    funded: int = 0
    withdrawn: bool = False
    published_votes: int | None = None
    published_score: str | None = None
    published_selected: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """What a set of projects may at most take: money (units) or number; a district's pot, a category's quota.

    least: money of the budget that only these projects may take (a reserved pot), 0 without.
    """

    key: str
    projects: frozenset[int]
    most: int | None = None
    most_projects: int | None = None
    least: int = 0


@dataclass(frozen=True)
class Election:
    """Projects (m) and ballots (n) in one order; all choices in one flat array (CSR).

    units: how many units one of the currency has (1, 100, …), so that every cost and the budget are whole numbers.
    start: int64 (n+1,); the choices of voter i are project[start[i]:start[i+1]]: indexes of projects, int32, each at
    most once a voter, in ascending order, but for rankings: best first. points: int64 beside them, of cumulative and
    scoring ballots (and of rankings whose file gives the points) in points_units-ths of a point; None for the others.
    default_score: points (same units) of a scoring ballot for each project that it leaves out. weights: int64 (n,), a
    ballot that counts as so many equal ones, or None for one each.
    conflicts: sets of projects of which at most one can win. needs: (project, needed): the first only if the second
    wins. threshold: least number of votes (score for ballots with points) to be eligible, 0 without.
    voters: n ids. electorate: column of META or of voters (age, sex, district, …) by name, text of shape (n,).
    """

    projects: tuple[Project, ...] = field(repr=False)
    budget: int
    ballot_type: BallotType
    start: NDArray[np.int64] = field(repr=False)
    project: NDArray[np.int32] = field(repr=False)
    points: NDArray[np.int64] | None = field(default=None, repr=False)
    points_units: int = 1
    default_score: int = 0
    weights: NDArray[np.int64] | None = field(default=None, repr=False)
    units: int = 1
    limits: tuple[Limit, ...] = ()
    conflicts: tuple[frozenset[int], ...] = ()
    needs: tuple[tuple[int, int], ...] = ()
    threshold: int = 0
    voters: tuple[str, ...] = field(default=(), repr=False)
    electorate: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    meta: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def n(self) -> int:
        """How many ballots there are, blank ones included."""
        return len(self.start) - 1

    @property
    def m(self) -> int:
        """How many projects there are."""
        return len(self.projects)

    def digest(self) -> str:
        """SHA-256 of everything that a count depends on, the same on every machine."""
        told = hashlib.sha256()
        told.update(f"{self.budget}|{self.units}|{self.ballot_type}|{self.points_units}|{self.threshold}".encode())
        told.update(f"|{self.default_score}\n".encode())
        for one in self.projects:
            told.update(f"{one.id}\x1f{one.cost}\x1f{one.funded}\x1f{one.withdrawn}\n".encode())
        for limit in self.limits:
            told.update(
                f"{limit.key}|{sorted(limit.projects)}|{limit.most}|{limit.most_projects}|{limit.least}\n".encode()
            )
        told.update(f"{[sorted(one) for one in self.conflicts]}{list(self.needs)}\n".encode())
        told.update(np.ascontiguousarray(self.start, dtype="<i8").tobytes())
        told.update(np.ascontiguousarray(self.project, dtype="<i4").tobytes())
        for array in (self.points, self.weights):
            told.update(b"-" if array is None else np.ascontiguousarray(array, dtype="<i8").tobytes())
        return told.hexdigest()
