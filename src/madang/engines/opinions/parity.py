"""Our stages beside those of a conversation that Polis itself computed (its math-pca2), each fed with Polis' input.

Not compared: who belongs to which group and how many groups there are, which depend on the order in which votes came,
and priorities, which had an error in Polis for over a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from madang.engines.opinions import represent
from madang.engines.opinions.components import components
from madang.engines.opinions.polis import project
from madang.engines.opinions.residual import residual, tallies
from madang.engines.opinions.votes import Votes, VotesError, collect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Math = Mapping[str, Any]
    Counts = NDArray[np.int64]

PERSON = ("pid", "participant_id", "voter-id")
STATEMENT = ("tid", "statement_id", "comment-id")
EXACT = 5e-5


@dataclass(frozen=True)
class Stage:
    """One comparison. value: what was measured; promised: what it has to be. holds: None where it can't be judged."""

    name: str
    measure: str
    value: float
    promised: float
    holds: bool | None


def polis_votes(cast: Sequence[Mapping[str, Any]], math: Math) -> Votes:
    """Votes of a dump (votes.json) with +1 for agree, whichever sign it was written in; moderated as in `math`.

    The sign is the one whose means fit Polis' centers. Raises VotesError where votes or math are none of Polis.
    """
    try:
        person, statement = (next(name for name in names if name in cast[0]) for names in (PERSON, STATEMENT))
        tids, center = [str(tid) for tid in math["tids"]], np.array(math["pca"]["center"], dtype=np.float64)
        rows = sorted(cast, key=lambda one: float(one.get("modified") or 0))
        people = sorted({int(one[person]) for one in rows})
        at, row = {tid: j for j, tid in enumerate(tids)}, {pid: i for i, pid in enumerate(people)}
        kept = [one for one in rows if str(one[statement]) in at]
        events = np.array([(row[int(one[person])], at[str(one[statement])], one["vote"]) for one in kept])
    except (KeyError, IndexError, TypeError, ValueError, StopIteration) as error:
        raise VotesError(f"These are not the votes and the math of a conversation in Polis ({error!r}).") from None
    meta = frozenset(at[str(tid)] for tid in math.get("meta-tids", ()) if str(tid) in at)
    hidden = frozenset(at[str(tid)] for tid in math.get("mod-out") or () if str(tid) in at) - meta
    votes = [
        collect(
            [str(pid) for pid in people],
            tids,
            events[:, 0],
            events[:, 1],
            sign * events[:, 2],
            hidden=hidden,
            meta=meta,
        )
        for sign in (1, -1)
    ]
    # Polis counts agreement as -1: the means of the right reading are its centers with the other sign.
    return min(votes, key=lambda one: float(np.abs(residual(one).mean + center).sum()))


def whole(votes: Votes, math: Math) -> bool:
    """Whether all votes are there that Polis counted."""
    return int(sum(math["user-vote-counts"].values())) == len(votes)


def compare(votes: Votes, math: Math) -> tuple[Stage, ...]:
    """Every stage of a conversation. Those that need all votes are not judged where some are missing."""
    complete = whole(votes, math)
    table = residual(votes)
    found = components(table)
    theirs = np.array(math["pca"]["comps"], dtype=np.float64)
    stages = [
        Stage("votes", "votes that Polis counted and are missing", _missing(votes, math), 0, None),
        *(
            _equal(f"component {c + 1}", "1 - |cos|", 1 - abs(float(found.axes[:, c] @ theirs[c])), complete)
            for c in range(len(theirs))
        ),
        _equal("extremity", "largest difference", _extremity(found.axes, table, math), complete),
        _equal("base clusters", "1 - R² of centers", _centers(votes, project(table, found), math), complete),
        _equal("counts of groups", "cells that differ", _counts_differ(votes, math), complete, within=0),
    ]
    return (*stages, *_statements(votes, math, complete=complete))


def _equal(name: str, measure: str, value: float, judged: bool, within: float = EXACT) -> Stage:
    return Stage(name, measure, value, within, value <= within if judged else None)


def _missing(votes: Votes, math: Math) -> int:
    return int(sum(math["user-vote-counts"].values())) - len(votes)


def _extremity(axes: NDArray[np.float64], table: Any, math: Math) -> float:
    own = represent.extremity(axes, table.mean, table.width)
    return float(np.abs(own - np.array(math["pca"]["comment-extremity"])).max(initial=0))


def _centers(votes: Votes, points: NDArray[np.float64], math: Math) -> float:
    base, at = math["base-clusters"], {person: i for i, person in enumerate(votes.people)}
    theirs = np.column_stack([base["x"], base["y"]])
    members = [[at[str(pid)] for pid in one if str(pid) in at] for one in base["members"]]
    own = np.array([points[one].mean(axis=0) if one else (np.nan, np.nan) for one in members])
    kept = ~np.isnan(own).any(axis=1)
    return 1 - procrustes(own[kept], theirs[kept])


def procrustes(own: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """R² of the best fit by turning, mirroring and scaling; 1 where both are a single point."""
    clouds = [cloud - cloud.mean(axis=0) for cloud in (own, theirs)]
    lengths = [float(np.linalg.norm(cloud)) for cloud in clouds]
    if not all(lengths):
        return float(lengths[0] == lengths[1])
    fit = np.linalg.svd(clouds[0].T @ clouds[1], compute_uv=False).sum() / (lengths[0] * lengths[1])
    return float(fit**2)


def group_counts(math: Math) -> tuple[list[str], Counts, Counts, Counts]:
    """Polis' groups, and for each statement how many of them agree, disagree, and saw it: (groups, m) each."""
    told = math["group-votes"]
    ids = sorted(told, key=int)
    agree, disagree, seen = (
        np.array([[told[g]["votes"][str(tid)][kind] for tid in math["tids"]] for g in ids], dtype=np.int64)
        for kind in "ADS"
    )
    return ids, agree, disagree, seen


def _counts_differ(votes: Votes, math: Math) -> int:
    ids, agree, disagree, seen = group_counts(math)
    at = {person: i for i, person in enumerate(votes.people)}
    members = dict(zip(math["base-clusters"]["id"], math["base-clusters"]["members"], strict=True))
    group = np.full(len(votes.people), -1, np.int32)
    for cluster in math["group-clusters"]:
        for base in cluster["members"]:
            group[[at[str(pid)] for pid in members[base] if str(pid) in at]] = ids.index(str(cluster["id"]))
    own = tallies(residual(votes), group, len(ids))
    theirs = np.stack([agree, disagree, seen - agree - disagree], axis=2)
    return int((own != theirs).sum())


def _statements(votes: Votes, math: Math, *, complete: bool) -> Iterable[Stage]:
    ids, agree, disagree, seen = group_counts(math)
    allowed = ~np.isin([str(tid) for tid in math["tids"]], [str(tid) for tid in math.get("mod-out") or ()])
    found = represent.representative(agree, disagree, seen, allowed)
    for group, chosen in zip(ids, found, strict=True):
        own = [(votes.statements[one.statement], one.direction) for one in chosen]
        theirs = [(str(one["tid"]), one["repful-for"]) for one in math["repness"][group]]
        yield _equal(f"representative of group {group}", "statements that differ", _unlike(own, theirs), True, within=0)
    aware = represent.group_aware(agree, seen)
    known = np.array([math["group-aware-consensus"][str(tid)] for tid in math["tids"]])
    yield _equal("group-aware consensus", "largest difference", float(np.abs(aware - known).max()), True, within=5e-5)
    counts = tallies(residual(votes), np.zeros(len(votes.people), np.int32), 1)[0]
    agreed = represent.consensus(counts[:, 0], counts[:, 1], counts.sum(axis=1), allowed)
    own = [(votes.statements[one.statement], one.direction) for one in agreed]
    theirs = [(str(one["tid"]), side) for side in ("agree", "disagree") for one in math["consensus"][side]]
    yield _equal("consensus", "statements that differ", _unlike(own, theirs), complete, within=0)


def _unlike(own: list[tuple[str, Any]], theirs: list[tuple[str, Any]]) -> int:
    return len(set(own) ^ set(theirs))
