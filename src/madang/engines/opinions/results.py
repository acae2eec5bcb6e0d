"""What a map says: the shapes that both methods fill, and that commands, pages and reports read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Direction = Literal["agree", "disagree"]
Method = Literal["honest", "polis"]


@dataclass(frozen=True)
class Share:
    """A share of n with its interval: p in [0, 1], low ≤ p ≤ high at 95% (the method page names the interval)."""

    count: int
    n: int
    p: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """A statement that a group answers unlike the rest.

    p_group, p_rest: shares that answered so among those of the group, or of the rest, that saw the statement.
    p_value, q_value: of the exact test and after Benjamini-Hochberg (honest), None where the method gives none (polis).
    score: what the method ranks by. held_out: the same two shares on votes that had no say in the groups (honest):
    expect them of new votes; the plain ones flatter, since the groups were formed on these very votes.
    """

    statement: str
    direction: Direction
    p_group: float
    p_rest: float
    n_group: int
    n_rest: int
    score: float
    p_value: float | None = None
    q_value: float | None = None
    held_out: tuple[float, float] | None = None


@dataclass(frozen=True)
class Group:
    """People who answer alike. id counts from 0, largest group first (honest) or in Polis' order (polis).

    tallies: per statement (agree, disagree, pass) counts in this group, int64 of shape (m, 3).
    shared: statements that this group and all others answer alike, strongest first.
    """

    id: int
    size: int
    findings: tuple[Finding, ...]
    center: tuple[float, float]
    tallies: NDArray[np.int64] = field(repr=False)
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stability:
    """How sure the grouping is.

    k: groups tried last, or shown. ari: median adjusted Rand index of groupings under subsampling. null_ari_95: the
    95% quantile of the same under votes permuted within statements. verdict: key of why groups are shown or not, such
    as "shown", "few-people", "few-votes", "unstable", "no-better-than-chance", "nothing-to-tell" (a group without a
    finding), "all-alike", "not-tested" (polis).
    needed: what more would be needed, as numbers by name (people, votes, …), empty where groups are shown.
    tried: (k, ari, null_ari_95) of every k that was tried.
    """

    k: int | None
    ari: float | None
    null_ari_95: float | None
    verdict: str
    needed: dict[str, float] = field(default_factory=dict)
    tried: tuple[tuple[int, float, float], ...] = ()


@dataclass(frozen=True)
class Agreement:
    """A statement that unites. score: strength; low: lower bound of the 95% interval of the share that answers so.

    few: so few answered that it should be marked.
    """

    statement: str
    direction: Direction
    score: float
    low: float
    n: int
    p: float
    few: bool = False


@dataclass(frozen=True)
class Scored:
    """A statement with a score that does not depend on groups (bridging, divisiveness); low/high: interval or None."""

    statement: str
    score: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class StatementScore:
    """Counts and scores of one statement over everybody. priority: weight of routing (unnormalised).

    group_aware: product (polis) or geometric mean (honest) over the groups of the share that agrees; None without.
    """

    statement: str
    agree: int
    disagree: int
    passed: int
    seen: int
    extremity: float
    priority: float
    agree_share: Share
    disagree_share: Share
    pass_share: Share
    group_aware: float | None = None


@dataclass(frozen=True)
class OpinionMap:
    """A map of n people and m statements, with everything that is needed to explain and repeat it.

    points: float64 of shape (n, 2), NaN where a person has no vote. group: int32 of shape (n,), -1 for nobody's.
    counted: votes of each person, int32 of shape (n,). uncertainty: float64 (n,), how unsure a point is: the radius of
    its 95% ellipse in units of the map, NaN if unknown (polis). divisive, bridges: strongest first.
    trace: the stages by name (eigenvalues, components, quality by k, rounds), plain numbers, lists and text.
    history: what the next run of the same method may go on from (polis); nothing that is published.
    """

    method: Method
    seed: int
    version: str
    digest: str
    people: tuple[str, ...] = field(repr=False)
    statements: tuple[str, ...] = field(repr=False)
    votes: int
    points: NDArray[np.float64] = field(repr=False)
    group: NDArray[np.int32] = field(repr=False)
    counted: NDArray[np.int32] = field(repr=False)
    uncertainty: NDArray[np.float64] = field(repr=False)
    groups: tuple[Group, ...]
    stability: Stability
    consensus: tuple[Agreement, ...]
    bridges: tuple[Scored, ...]
    divisive: tuple[Scored, ...]
    statement_scores: tuple[StatementScore, ...] = field(repr=False)
    trace: dict[str, object] = field(default_factory=dict, repr=False)
    history: object = field(default=None, repr=False, compare=False)
