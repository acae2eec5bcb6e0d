"""Small elections of every kind for Hypothesis: ties, free projects, blank ballots, conditions of all sorts."""

from __future__ import annotations

from typing import get_args

import numpy as np
from hypothesis import strategies as st

from madang.engines.ballots.election import BallotType, Election, Limit, Project
from madang.engines.ballots.outcome import Options, Rule

TYPES = get_args(BallotType)
RULES = get_args(Rule)
POINTED = {"cumulative", "scoring"}


@st.composite
def elections(draw, ballot_type=None, *, most_projects=5, most_voters=7, conditions=True):
    """Elections whose numbers are small, so that ties and exact fits are common."""
    kind = ballot_type or draw(st.sampled_from(TYPES))
    m = draw(st.integers(1, most_projects))
    n = draw(st.integers(0, most_voters))
    units = draw(st.sampled_from([1, 1, 10]))
    costs = draw(st.lists(st.sampled_from([0, 1, 2, 2, 3, 4, 6, 7, 12]), min_size=m, max_size=m))
    votes = [draw(_ballot(kind, m)) for _ in range(n)]
    points = None
    if kind in POINTED or (kind == "ranking" and draw(st.integers(0, 3)) == 0):
        least = -1 if kind == "scoring" else 0
        points = [draw(st.integers(least, 4)) for vote in votes for _ in vote]
    extra = draw(_conditions(m)) if conditions else {}
    return Election(
        projects=tuple(
            Project(f"p{i}", cost, withdrawn=conditions and draw(st.integers(0, 9)) == 0)
            for i, cost in enumerate(costs)
        ),
        # What is kept for a pot is 2 at most.
        budget=draw(st.integers(2 if "limits" in extra else 0, max(2, sum(costs)))),
        ballot_type=kind,
        start=np.cumsum([0, *map(len, votes)]).astype(np.int64),
        project=np.array([p for vote in votes for p in vote], dtype=np.int32),
        points=None if points is None else np.array(points, dtype=np.int64),
        points_units=draw(st.sampled_from([1, 10])) if points is not None else 1,
        default_score=draw(st.integers(0, 1)) if kind == "scoring" else 0,
        weights=_weights(draw, n),
        units=units,
        **extra,
    )


def _weights(draw, n):
    weights = draw(st.none() | st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return None if weights is None or set(weights) <= {1} else np.array(weights, dtype=np.int64)


@st.composite
def _ballot(draw, kind, m):
    if kind == "choose-1":
        return draw(st.lists(st.integers(0, m - 1), max_size=1))
    chosen = draw(st.lists(st.integers(0, m - 1), unique=True, max_size=m))
    return chosen if kind == "ranking" else sorted(chosen)


@st.composite
def _conditions(draw, m):
    some = st.frozensets(st.integers(0, m - 1), max_size=m)
    found = {"threshold": draw(st.sampled_from([0, 0, 0, 1, 2]))}
    if draw(st.integers(0, 2)) == 0:
        found["limits"] = tuple(
            Limit(f"pot {i}", draw(some), draw(st.none() | st.integers(0, 9)), draw(st.none() | st.integers(0, 2)))
            for i in range(draw(st.integers(1, 2)))
        )
    if draw(st.integers(0, 3)) == 0:
        found["limits"] = (
            *found.get("limits", ()),
            Limit("kept", draw(st.frozensets(st.integers(0, m - 1), min_size=1)), least=draw(st.integers(1, 2))),
        )
    if draw(st.integers(0, 2)) == 0 and m > 1:
        found["conflicts"] = (draw(st.frozensets(st.integers(0, m - 1), min_size=2, max_size=3)),)
    if draw(st.integers(0, 2)) == 0 and m > 1:
        later = draw(st.integers(1, m - 1))
        needs = {(later, draw(st.integers(0, later - 1)))}
        found["needs"] = tuple(sorted(needs | ({(m - 1, later)} if later < m - 1 else set())))
    return found


@st.composite
def ways(draw, rule=None):
    """Options of the rule, ties of every kind."""
    return Options(
        rule or draw(st.sampled_from(RULES)),
        utility=draw(st.sampled_from(["cost", "cardinality", "sqrt-cost"])),
        tie=draw(st.sampled_from(["file", "lot", "cost-votes-lot"])),
        seed=draw(st.integers(0, 3)),
    )
