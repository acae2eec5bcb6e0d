"""Figures of fairness from their definitions, and proofs that Equal Shares holds what it promises."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.ballots import counting, equal_shares, fairness
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.outcome import Options
from tests.engines.ballots import twin_equal_shares as twin
from tests.engines.ballots.real import FILES, parsed
from tests.engines.ballots.test_equal_shares import election_of, elections, every_option
from tests.engines.ballots.test_explain import approvals


def violations(election, outcome) -> set[str]:
    """EJR+ by trying every group of supporters."""
    won = {p for p, one in enumerate(election.projects) if one.id in set(outcome.winners)}
    ballots, costs = twin.points(election), [one.cost for one in election.projects]
    found = set()
    for p in range(election.m):
        who = [i for i, ballot in enumerate(ballots) if p in ballot]
        for size in range(1, len(who) + 1):
            for group in combinations(who, size):
                deserved = Fraction(size * election.budget, election.n)
                if p not in won and all(
                    sum(costs[q] for q in ballots[i] if q in won) + costs[p] <= deserved for i in group
                ):
                    found.add(election.projects[p].id)
    return found


@settings(max_examples=60, deadline=None)
@given(approvals(), st.sampled_from(["greedy", "equal-shares", "phragmen"]))
def test_ejr_plus_by_every_group(election, rule):
    outcome = counting.count(election, Options(rule))
    assert set(fairness.fairness(election, outcome).ejr_plus) == violations(election, outcome)


@settings(max_examples=50, deadline=None)
@given(approvals(), st.sampled_from(["none", "utilitarian"]))
def test_equal_shares_has_no_violation_and_a_certificate(election, completion):
    outcome = equal_shares.count(election, Options("equal-shares", completion=completion))
    assert fairness.summary(election, outcome)["ejr_plus_violations"] == 0
    assert fairness.certificate(election, outcome).holds


@settings(max_examples=50, deadline=None)
@given(elections(), every_option)
def test_every_count_with_shares_is_certified(election, options):
    outcome = equal_shares.count(election, replace(options, completion="none", comparison=False))
    assert fairness.certificate(election, outcome).holds


def test_a_forged_price_is_found_out():
    election = election_of([6, 6], [[0, 1], [0, 1], [1]], 12)
    outcome = equal_shares.count(election, Options("equal-shares"))
    first = outcome.rounds[0]
    forged = replace(outcome, rounds=(replace(first, rho=first.rho / 2), *outcome.rounds[1:]))
    assert first.project in fairness.certificate(election, forged).unpaid
    without = replace(outcome, rounds=(), winners=())
    assert fairness.certificate(election, without).affordable == ("p0", "p1")


def test_no_certificate_without_shares():
    election = election_of([6], [[0]], 12)
    with pytest.raises(ElectionError, match="no certificate"):
        fairness.certificate(election, counting.count(election, Options("greedy")))


@settings(max_examples=60, deadline=None)
@given(elections(), st.sampled_from(["greedy", "equal-shares"]))
def test_influence_and_satisfaction_by_definition(election, rule):
    outcome = counting.count(election, Options(rule))
    told = fairness.fairness(election, outcome)
    ballots = twin.points(election)
    won = {p for p, one in enumerate(election.projects) if one.id in set(outcome.winners)}
    weights = [twin.weight(election, i) for i in range(election.n)]
    points = {p: sum(w * one.get(p, 0) for w, one in zip(weights, ballots, strict=True)) for p in won}
    moved = [sum(election.projects[p].cost * Fraction(one[p], points[p]) for p in one if p in won) for one in ballots]
    assert told.everybody.ballots == sum(weights)
    assert told.everybody.excluded == sum(w for w, one in zip(weights, ballots, strict=True) if not won & set(one))
    assert told.everybody.spent == pytest.approx(float(sum(w * one for w, one in zip(weights, moved, strict=True))))
    each = [float(one) for w, one in zip(weights, moved, strict=True) for _ in range(w)]
    if sum(each) > 0:
        gini = sum(abs(a - b) for a in each for b in each) / (2 * len(each) * sum(each))
        assert told.gini_of_power == pytest.approx(gini, abs=1e-9)


def test_groups_categories_and_two_rules_side_by_side():
    election = parsed("Poland_Wieliczka_2023_Green_Budget.pb").election
    greedy = counting.count(election, Options("greedy"))
    shares = equal_shares.count(election, Options("equal-shares", completion="add1"))
    beside = fairness.side_by_side(election, greedy, shares)
    assert beside.prefer_left + beside.prefer_right + beside.indifferent == election.n
    assert set(beside.both) | set(beside.only_right) == set(shares.winners)
    assert beside.right.everybody.exclusion_ratio < beside.left.everybody.exclusion_ratio
    halves = replace(election, electorate={"half": tuple("ab"[i % 2] for i in range(election.n))})
    groups = fairness.by_group(halves, shares, "half")
    assert sum(one.ballots for one in groups.values()) == election.n
    assert sum(one.spent for one in groups.values()) == pytest.approx(shares.cost)
    with pytest.raises(ElectionError, match="no column age"):
        fairness.by_group(halves, shares, "age")


@pytest.mark.parametrize("name", FILES)
def test_real_elections_are_certified(name):
    election = parsed(name).election
    for completion in ("none", "add1"):
        outcome = equal_shares.count(election, Options("equal-shares", completion=completion))
        assert fairness.certificate(election, outcome).holds
        assert not fairness.fairness(election, outcome).ejr_plus


def test_gini_of_weights_is_that_of_copies():
    values, weights = np.array([3.0, 1.0, 0.0]), np.array([2, 1, 3])
    assert fairness.gini(values, weights) == pytest.approx(
        fairness.gini(np.repeat(values, weights), np.ones(6, dtype=np.int64))
    )
