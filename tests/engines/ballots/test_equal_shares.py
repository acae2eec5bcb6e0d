"""Equal Shares against its slow twin, whatever the ballots, utilities, completions and ties."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.engines.ballots import equal_shares
from madang.engines.ballots.election import Election, ElectionError, Limit, Project
from madang.engines.ballots.outcome import Options
from tests.engines.ballots import twin_equal_shares as twin

TYPES = ["approval", "k-approval", "knapsack", "ranking", "cumulative", "scoring", "choose-1"]


def election_of(costs, ballots, budget, **more) -> Election:
    """ballots: lists of projects, or of (project, points)."""
    flat = [choice for ballot in ballots for choice in ballot]
    pairs = bool(flat) and isinstance(flat[0], tuple)
    start = np.concatenate(([0], np.cumsum([len(one) for one in ballots]))).astype(np.int64)
    if pairs:
        more["points"] = np.array([points for _, points in flat], dtype=np.int64)
        flat = [project for project, _ in flat]
    projects = more.pop("projects", tuple(Project(f"p{k}", cost) for k, cost in enumerate(costs)))
    return Election(
        projects=projects,
        budget=budget,
        ballot_type=more.pop("ballot_type", "cumulative" if pairs else "approval"),
        start=start,
        project=np.array(flat, dtype=np.int32),
        **more,
    )


@st.composite
def elections(draw) -> Election:
    kind = draw(st.sampled_from(TYPES))
    m = draw(st.integers(1, 6))
    # Small costs meet in ties; large ones strain the floats.
    top = draw(st.sampled_from([4, 30, 10**6, 10**11]))
    costs = draw(st.lists(st.integers(0, top), min_size=m, max_size=m))
    ballots = draw(st.lists(_ballot(kind, m), min_size=0, max_size=9))
    budget = draw(st.integers(0, max(1, sum(costs))))
    withdrawn = draw(st.sets(st.integers(0, m - 1), max_size=1))
    more = {
        "ballot_type": kind,
        "units": draw(st.sampled_from([1, 1, 100])) if top > 100 else 1,
        "threshold": draw(st.sampled_from([0, 0, 1, 2])),
        "projects": tuple(Project(f"p{k}", cost, withdrawn=k in withdrawn) for k, cost in enumerate(costs)),
    }
    if draw(st.booleans()):
        weights = draw(st.lists(st.integers(0, 4), min_size=len(ballots), max_size=len(ballots)))
        more["weights"] = np.array(weights, dtype=np.int64)
    if kind in {"cumulative", "scoring"}:
        more["points"] = np.zeros(0, dtype=np.int64)
        more["points_units"] = draw(st.sampled_from([1, 10]))
    if kind == "scoring":
        more["default_score"] = draw(st.sampled_from([0, 0, 1]))
    return election_of(costs, ballots, budget, **more, **draw(_conditions(m, costs)))


def _ballot(kind: str, m: int):
    some = st.lists(st.integers(0, m - 1), unique=True, max_size=1 if kind == "choose-1" else m)
    if kind in {"cumulative", "scoring"}:
        return some.flatmap(
            lambda one: st.tuples(*(st.tuples(st.just(p), st.integers(-1, 5)) for p in sorted(one)))
        ).map(list)
    return some if kind == "ranking" else some.map(sorted)


@st.composite
def _conditions(draw, m: int, costs: list[int]) -> dict:
    more: dict = {}
    some = st.frozensets(st.integers(0, m - 1), min_size=1, max_size=m)
    if draw(st.integers(0, 3)) == 0:
        more["conflicts"] = tuple(draw(st.lists(some, max_size=2)))
    if draw(st.integers(0, 3)) == 0:
        pairs = st.tuples(st.integers(0, m - 1), st.integers(0, m - 1)).filter(lambda one: one[0] > one[1])
        more["needs"] = tuple(draw(st.lists(pairs, max_size=2))) if m > 1 else ()
    if draw(st.integers(0, 3)) == 0:
        most = st.one_of(st.none(), st.integers(0, max(1, sum(costs))))
        more["limits"] = (Limit("a", draw(some), draw(most), draw(st.one_of(st.none(), st.integers(0, 3)))),)
    return more


every_option = st.builds(
    Options,
    rule=st.just("equal-shares"),
    utility=st.sampled_from(["cost", "cardinality", "sqrt-cost"]),
    completion=st.sampled_from(["none", "add1", "add1u", "utilitarian", "add1u+utilitarian"]),
    stop=st.sampled_from(["cities", "exhaustive"]),
    tie=st.sampled_from(["file", "lot", "cost-votes-lot"]),
    seed=st.integers(0, 3),
    comparison=st.booleans(),
)


def agree(election: Election, options: Options) -> None:
    outcome = equal_shares.count(election, options)
    won, bought, share = twin.count(election, options)
    names = [election.projects[p].id for p in won]
    assert list(outcome.winners) == names
    assert outcome.share == share
    assert outcome.cost == sum(election.projects[p].cost for p in won)
    rounds = [*outcome.trace.get("rejected", []), *outcome.rounds]
    paid = [one for one in rounds if one.rho is not None]
    assert [(one.project, one.rho) for one in paid] == [(election.projects[one.project].id, one.rho) for one in bought]
    for round_, one in zip(paid, bought, strict=True):
        payers = {i: amount for i, amount in one.payments.items() if amount}
        assert round_.payers == sum(twin.weight(election, i) for i in payers)
        assert round_.largest == max(payers.values(), default=Fraction(0))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(elections(), every_option)
def test_the_fast_count_is_that_of_rational_arithmetic(election, options):
    # Steps of one, as the twin takes them, are too many where a share is small beside the costs.
    ballots = sum(twin.weight(election, i) for i in range(election.n))
    if options.completion.startswith("add1") and max((one.cost for one in election.projects), default=0) > 1000:
        options = Options(**{**vars(options), "completion": "none"})
    assert ballots >= 0
    agree(election, options)


def test_projects_that_cost_nothing_win_first_if_anybody_wants_them():
    election = election_of([0, 5, 0], [[0, 1], [1]], 5)
    assert equal_shares.count(election, Options("equal-shares")).winners == ("p0", "p1")


def test_supporters_whose_last_money_is_exactly_the_price_pay_all_of_it():
    # Everybody has 1/3 of 10; after p0 the third has 10/3 − 5/3 = 5/3 left, which is just the price of p1 to each.
    election = election_of([5, 5], [[0, 1], [0, 1], [0, 1]], 10)
    outcome = equal_shares.count(election, Options("equal-shares"))
    assert [(one.project, one.rho, one.payers, one.largest) for one in outcome.rounds] == [
        ("p0", Fraction(1, 3), 3, Fraction(5, 3)),
        ("p1", Fraction(1, 3), 3, Fraction(5, 3)),
    ]


def test_too_many_points_are_refused():
    election = election_of([1], [[(0, 2**52)], [(0, 2**52)]], 10)
    with pytest.raises(ElectionError, match="coarser units"):
        equal_shares.count(election, Options("equal-shares"))
