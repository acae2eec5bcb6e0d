"""What a map says of each group, of people it is unsure about, and of statements that many pass: as data, not prose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from madang.engines.opinions.intervals import share
from madang.engines.opinions.results import Direction, Finding, Group, OpinionMap, Share

PASSING = 0.30
FEW = 5


@dataclass(frozen=True)
class Belief:
    """A statement that tells a group apart, with the shares to show beside it.

    own, others: of this answer among those of the group, or of the other groups, that saw it. expected: the same two
    shares on votes that had no say in the groups; None where the method has none. passed: of the group.
    """

    statement: str
    direction: Direction
    own: Share
    others: Share
    passed: Share
    expected: tuple[float, float] | None


@dataclass(frozen=True)
class Common:
    """A statement that a group answers as most of every other group does. shares: of this answer, by group."""

    statement: str
    direction: Direction
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Portrait:
    """A group by what it believes and what it shares with the others, strongest first."""

    group: int
    size: int
    beliefs: tuple[Belief, ...]
    common: tuple[Common, ...]


@dataclass(frozen=True)
class Unsure:
    """People by how sure their place is, as indexes into the people of the map, int64.

    absent: without a vote. few: with votes, in no group. between: in a group, but so near the line to another that the
    95% circle of their place crosses it (only where the method knows uncertainty).
    """

    absent: NDArray[np.int64] = field(repr=False)
    few: NDArray[np.int64] = field(repr=False)
    between: NDArray[np.int64] = field(repr=False)


@dataclass(frozen=True)
class OpenQuestion:
    """A statement that many pass. sure: the whole interval lies above the threshold, so it is no accident of few."""

    statement: str
    passed: Share
    sure: bool


def portraits(told: OpinionMap, *, most: int = 5) -> tuple[Portrait, ...]:
    """One for each group, with at most `most` beliefs and as many common statements."""
    at = {name: j for j, name in enumerate(told.statements)}
    return tuple(
        Portrait(
            group.id,
            group.size,
            tuple(_belief(told, group, found, at[found.statement]) for found in group.findings[:most]),
            tuple(_common(told, group, name, at[name]) for name in group.shared[:most]),
        )
        for group in told.groups
    )


def unsure(told: OpinionMap) -> Unsure:
    """Who is nowhere, in no group, or between two groups."""
    nowhere = np.isnan(told.points).any(axis=1)
    return Unsure(
        np.flatnonzero(nowhere),
        np.flatnonzero(~nowhere & (told.group < 0)),
        np.flatnonzero(_between(told)),
    )


def open_questions(told: OpinionMap, *, above: float = PASSING) -> tuple[OpenQuestion, ...]:
    """Statements with more than `above` passes of at least FEW answers, the surest first (by lower bound)."""
    found = [
        OpenQuestion(one.statement, one.pass_share, one.pass_share.low > above)
        for one in told.statement_scores
        if one.seen >= FEW and one.pass_share.p > above
    ]
    return tuple(sorted(found, key=lambda q: (-q.passed.low, q.statement)))


def _belief(told: OpinionMap, group: Group, found: Finding, j: int) -> Belief:
    kind = 0 if found.direction == "agree" else 1
    own = group.tallies[j]
    rest = sum((other.tallies[j] for other in told.groups if other.id != group.id), np.zeros(3, np.int64))
    return Belief(
        found.statement,
        found.direction,
        share(int(own[kind]), int(own.sum())),
        share(int(rest[kind]), int(rest.sum())),
        share(int(own[2]), int(own.sum())),
        found.held_out,
    )


def _common(told: OpinionMap, group: Group, name: str, j: int) -> Common:
    kind = 0 if group.tallies[j, 0] >= group.tallies[j, 1] else 1
    shares = tuple(share(int(g.tallies[j, kind]), int(g.tallies[j].sum())) for g in told.groups)
    return Common(name, "agree" if kind == 0 else "disagree", shares)


def _between(told: OpinionMap) -> NDArray[np.bool_]:
    grouped = told.group >= 0
    if len(told.groups) < 2 or not grouped.any():
        return np.zeros(len(told.people), np.bool_)
    centers = np.array([group.center for group in told.groups])
    own = centers[told.group.clip(0)]
    crossed = np.zeros(len(told.people), np.bool_)
    for center in centers:
        way = center - own
        length = np.sqrt((way**2).sum(1))
        # How far the person stands on the own side of the line halfway between both centers.
        margin = (((own + center) / 2 - told.points) * way).sum(1) / np.where(length > 0, length, 1.0)
        crossed |= (length > 0) & (margin < told.uncertainty)
    return crossed & grouped
