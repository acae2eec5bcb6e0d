"""The map that Polis draws: the same stages, from the same votes, without the dense matrix.

Source: compdemocracy/polis, math/src/polismath/math, as of 2025. See docs/methods/opinions.md, "The Polis method".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.opinions import ENGINE_VERSION, represent
from madang.engines.opinions.components import Components, components
from madang.engines.opinions.intervals import share
from madang.engines.opinions.kmeans import Clusters, kmeans, silhouette
from madang.engines.opinions.residual import Residual, residual, tallies
from madang.engines.opinions.results import Agreement, Finding, Group, OpinionMap, Scored, Stability, StatementScore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from madang.engines.opinions.votes import Votes

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

ENOUGH_VOTES = 7
ENOUGH_PEOPLE = 15
BASE, BASE_ROUNDS = 100, 100
MOST_GROUPS, GROUP_ROUNDS = 5, 20
PATIENCE = 4
FEW = 20


@dataclass(frozen=True)
class History:
    """What Polis remembers from one run to the next: who is in, clusters by id, and how long it has wanted which k.

    inside: indexes of the people who were in; base: the base cluster of each of them.
    """

    statements: tuple[str, ...] = field(repr=False)
    axes: Floats = field(repr=False)
    people: tuple[str, ...] = field(repr=False)
    inside: NDArray[np.int64] = field(repr=False)
    base: NDArray[np.int32] = field(repr=False)
    groupings: dict[int, dict[int, int]] = field(repr=False)
    wanted: int
    rounds: int
    shown: int


@dataclass(frozen=True)
class Grouping:
    """Groups of base clusters: the clusterings tried by k, their silhouettes, and the k that is shown."""

    tried: dict[int, Clusters] = field(repr=False)
    silhouettes: dict[int, float]
    wanted: int
    rounds: int
    shown: int

    @property
    def clusters(self) -> Clusters:
        return self.tried[self.shown]


def polis_map(votes: Votes, *, seed: int = 0, previous: OpinionMap | None = None) -> OpinionMap:
    """Draw the map of some votes. seed: of the starting vector of the components, which decides nothing but rounding.

    previous: the map before these votes; who was in stays in, clusters go on from where they were, and another number
    of groups is shown only after it was the best one four times. Without it everything starts anew.
    """
    table = residual(votes)
    before = previous.history if previous is not None else None
    history = before if isinstance(before, History) else None
    found = components(table, seed=seed, start=_axes_before(votes, history))
    points = project(table, found)
    last = _base_before(votes, history)
    inside = included(table, () if last is None else np.flatnonzero((last >= 0) & (table.counted > 0)))
    base = base_clusters(points[inside], last=None if last is None else last[inside])
    grouping = groups(base, history)
    return _map(votes, seed, table, found, points, inside, base, grouping)


def project(table: Residual, found: Components) -> Floats:
    """Where each person stands: (n, 2), NaN without a vote. Few votes are stretched by √(statements / votes)."""
    points = table.onto(found.axes) * np.sqrt(table.width / np.maximum(table.seen, 1))[:, None]
    points[table.counted == 0] = np.nan
    return points


def included(table: Residual, before: Sequence[int] | NDArray[np.int64] = ()) -> NDArray[np.int64]:
    """Who is grouped: indexes of those with seven votes (or one on each statement), and of those who were in before.

    Where these are fewer than 15, the most active others join; among equally active ones, the first.
    """
    enough = (table.counted >= min(ENOUGH_VOTES, table.width)) & (table.counted > 0)
    enough[np.asarray(before, dtype=np.int64)] = True
    missing = ENOUGH_PEOPLE - int(enough.sum())
    if missing > 0:
        others = np.flatnonzero(~enough & (table.counted > 0))
        enough[others[np.argsort(-table.counted[others], kind="stable")][:missing]] = True
    return np.flatnonzero(enough)


def base_clusters(points: Floats, *, last: NDArray[np.int32] | None = None) -> Clusters:
    """Up to a hundred clusters of (n, 2) points, so that grouping costs the same for a village and for a nation."""
    return kmeans(points, BASE, rounds=BASE_ROUNDS, last=last)


def groups(base: Clusters, history: History | None = None) -> Grouping:
    """Groups of base clusters for every k that Polis tries, and the k that it shows."""
    weights, tried = base.sizes().astype(np.float64), {}
    for k in range(2, most_groups(len(base.ids)) + 1):
        last = _grouping_before(base, k, history)
        tried[k] = kmeans(base.centers, k, weights=weights, rounds=GROUP_ROUNDS, last=last)
    quality = {k: silhouette(base.centers, one.label) for k, one in tried.items()}
    wanted = max(quality, key=lambda k: (quality[k], k))
    rounds = history.rounds + 1 if history and history.wanted == wanted else 1
    shown = history.shown if history and rounds < PATIENCE else wanted
    return Grouping(tried, quality, wanted, rounds, shown if shown in tried else wanted)


def most_groups(base: int) -> int:
    """The most groups that Polis tries, given the number of base clusters."""
    return min(MOST_GROUPS, 2 + base // 12)


def _map(
    votes: Votes,
    seed: int,
    table: Residual,
    found: Components,
    points: Floats,
    inside: NDArray[np.int64],
    base: Clusters,
    grouping: Grouping,
) -> OpinionMap:
    shown = grouping.clusters
    index = np.full(len(votes.people), -1, np.int32)
    index[inside] = shown.label[base.label]
    ids = np.append(shown.ids, np.int32(-1))
    counts = tallies(table, index, len(shown.ids))
    everybody = tallies(table, np.zeros(len(index), np.int32), 1)[0]
    told = _groups(votes, table, shown, counts, np.bincount(index[inside], minlength=len(shown.ids)))
    scores = _scores(votes, table, found, counts, everybody)
    return OpinionMap(
        method="polis",
        seed=seed,
        version=ENGINE_VERSION,
        digest=votes.digest(),
        people=votes.people,
        statements=votes.statements,
        votes=len(votes),
        points=points,
        group=ids[index],
        counted=table.counted,
        uncertainty=np.full(len(votes.people), np.nan),
        groups=told,
        stability=Stability(len(told) or None, None, None, "not-tested"),
        consensus=_consensus(votes, table, everybody),
        bridges=_ranked(scores, table, "group_aware"),
        divisive=_ranked(scores, table, "extremity"),
        statement_scores=scores,
        trace=_trace(votes, table, found, inside, base, grouping),
        history=_remembered(votes, found, inside, base, grouping),
    )


def _groups(
    votes: Votes, table: Residual, shown: Clusters, counts: Counts, sizes: NDArray[np.int64]
) -> tuple[Group, ...]:
    agree, disagree, seen = counts[:, :, 0], counts[:, :, 1], counts.sum(axis=2)
    chosen = represent.representative(agree, disagree, seen, table.column & ~table.zeroed)
    shared = _shared(votes, agree, disagree, seen, table.column & ~table.zeroed)
    return tuple(
        Group(
            id=int(shown.ids[g]),
            size=int(sizes[g]),
            findings=tuple(_finding(votes, counts, g, one) for one in chosen[g]),
            center=(float(shown.centers[g, 0]), float(shown.centers[g, 1])),
            tallies=counts[g],
            shared=shared,
        )
        for g in range(len(shown.ids))
    )


def _finding(votes: Votes, counts: Counts, g: int, one: represent.Representative) -> Finding:
    side = 0 if one.direction == "agree" else 1
    rest = counts[:, one.statement].sum(axis=0) - counts[g, one.statement]
    seen = int(rest.sum())
    return Finding(
        statement=votes.statements[one.statement],
        direction=one.direction,
        p_group=one.n_success / one.n_trials if one.n_trials else 0.0,
        p_rest=int(rest[side]) / seen if seen else 0.0,
        n_group=one.n_trials,
        n_rest=seen,
        score=one.metric,
    )


def _shared(votes: Votes, agree: Counts, disagree: Counts, seen: Counts, allowed: NDArray[np.bool_]) -> tuple[str, ...]:
    """Statements that every group answers alike by more than half, by the share of the least convinced group."""
    if not len(agree):
        return ()
    least = np.maximum(
        represent.probability(agree, seen).min(axis=0), represent.probability(disagree, seen).min(axis=0)
    )
    kept = np.flatnonzero(allowed & (least > 0.5))
    return tuple(votes.statements[j] for j in kept[np.argsort(-least[kept], kind="stable")][: represent.MOST])


def _consensus(votes: Votes, table: Residual, everybody: Counts) -> tuple[Agreement, ...]:
    seen = everybody.sum(axis=1)
    found = represent.consensus(everybody[:, 0], everybody[:, 1], seen, table.column & ~table.zeroed)
    return tuple(
        Agreement(
            votes.statements[one.statement],
            one.direction,
            one.p_success * one.p_test,
            share(one.n_success, one.n_trials).low,
            one.n_trials,
            one.n_success / one.n_trials,
            few=one.n_trials < FEW,
        )
        for one in found
    )


def _scores(
    votes: Votes, table: Residual, found: Components, counts: Counts, everybody: Counts
) -> tuple[StatementScore, ...]:
    """Counts are of everybody; the priority counts those in groups, as Polis does."""
    inside = counts.sum(axis=0)
    extreme = represent.extremity(found.axes, table.mean, table.width)
    meta = np.zeros(len(votes.statements), np.bool_)
    meta[sorted(votes.meta)] = True
    weight = represent.priority(inside[:, 0], inside[:, 2], inside.sum(axis=1), extreme, meta)
    aware = represent.group_aware(counts[:, :, 0], counts.sum(axis=2)) if len(counts) else None
    rows = zip(votes.statements, everybody.tolist(), extreme.tolist(), weight.tolist(), strict=True)
    return tuple(
        _score(name, tally, far, due, None if aware is None or not table.column[j] else float(aware[j]))
        for j, (name, tally, far, due) in enumerate(rows)
    )


def _score(name: str, tally: list[int], far: float, due: float, aware: float | None) -> StatementScore:
    agree, disagree, passed = tally
    seen = agree + disagree + passed
    shares = share(agree, seen), share(disagree, seen), share(passed, seen)
    return StatementScore(name, agree, disagree, passed, seen, far, due, *shares, aware)


def _ranked(scores: tuple[StatementScore, ...], table: Residual, name: str) -> tuple[Scored, ...]:
    shown = table.column & ~table.zeroed
    found = [(getattr(one, name), one.statement) for j, one in enumerate(scores) if shown[j]]
    kept = [(value, statement) for value, statement in found if value is not None]
    # Scores that differ by rounding only keep the order of their statements, on every machine.
    return tuple(Scored(statement, value) for value, statement in sorted(kept, key=lambda pair: -round(pair[0], 9)))


def _trace(
    votes: Votes, table: Residual, found: Components, inside: NDArray[np.int64], base: Clusters, grouping: Grouping
) -> dict[str, object]:
    spread = table.spread()
    return {
        "statements_with_votes": table.width,
        "zeroed": [votes.statements[j] for j in np.flatnonzero(table.zeroed)],
        "eigenvalues": found.values.tolist(),
        "explained": (found.values / spread).tolist() if spread else [0.0, 0.0],
        "components": found.axes.T.tolist(),
        "center": table.mean.tolist(),
        "people_grouped": len(inside),
        "base_clusters": {
            "id": base.ids.tolist(),
            "x": base.centers[:, 0].tolist(),
            "y": base.centers[:, 1].tolist(),
            "count": base.sizes().tolist(),
            "rounds": base.rounds,
        },
        "silhouettes": {str(k): value for k, value in grouping.silhouettes.items()},
        "k_wanted": grouping.wanted,
        "k_wanted_rounds": grouping.rounds,
        "k_shown": grouping.shown,
    }


def _remembered(
    votes: Votes, found: Components, inside: NDArray[np.int64], base: Clusters, grouping: Grouping
) -> History:
    named = base.ids.tolist()
    return History(
        statements=votes.statements,
        axes=found.axes,
        people=votes.people,
        inside=inside,
        base=base.ids[base.label],
        groupings={k: dict(zip(named, one.ids[one.label].tolist(), strict=True)) for k, one in grouping.tried.items()},
        wanted=grouping.wanted,
        rounds=grouping.rounds,
        shown=grouping.shown,
    )


def _axes_before(votes: Votes, history: History | None) -> Floats | None:
    if history is None:
        return None
    at = {name: j for j, name in enumerate(history.statements)}
    known = np.array([at.get(name, len(at)) for name in votes.statements], dtype=np.int64)
    return np.vstack([history.axes, np.zeros((1, 2))])[known]


def _base_before(votes: Votes, history: History | None) -> NDArray[np.int32] | None:
    """The base cluster in which each person was, -1 for who was in none."""
    if history is None:
        return None
    was = dict(zip((history.people[i] for i in history.inside), history.base.tolist(), strict=True))
    return np.array([was.get(person, -1) for person in votes.people], dtype=np.int32)


def _grouping_before(base: Clusters, k: int, history: History | None) -> NDArray[np.int32] | None:
    if history is None or k not in history.groupings:
        return None
    last = history.groupings[k]
    return np.array([last.get(one, -1) for one in base.ids.tolist()], dtype=np.int32)
