"""What is said of a project that lost is true: with that cost, or that many more approvals, it would have won."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from madang.engines.ballots import counting, equal_shares, explain, fairness
from madang.engines.ballots.election import Election, ElectionError, Limit, Project
from madang.engines.ballots.equal_run import run
from madang.engines.ballots.market import Market
from madang.engines.ballots.outcome import Options
from tests.engines.ballots import twin_equal_shares as twin
from tests.engines.ballots.real import FILES, parsed
from tests.engines.ballots.test_equal_shares import election_of, elections

SHARES = Options("equal-shares")


@st.composite
def approvals(draw) -> Election:
    m = draw(st.integers(2, 6))
    costs = draw(st.lists(st.integers(20, 400), min_size=m, max_size=m))
    one = st.lists(st.integers(0, m - 1), unique=True, max_size=m).map(sorted)
    ballots = draw(st.lists(one, min_size=2, max_size=12))
    return election_of(costs, ballots, draw(st.integers(20, sum(costs))))


def wins(election: Election, options: Options, share: Fraction, project: int) -> bool:
    return project in run(Market(election, options), share).projects


def priced(election: Election, project: int, cost: int) -> Election:
    projects = list(election.projects)
    projects[project] = replace(projects[project], cost=cost)
    return replace(election, projects=tuple(projects))


def approved(election: Election, project: int, more: int) -> Election:
    start = np.concatenate((election.start, election.start[-1] + np.arange(1, more + 1)))
    return replace(
        election, start=start, project=np.concatenate((election.project, np.full(more, project, dtype=np.int32)))
    )


@settings(max_examples=60, deadline=None)
@given(approvals(), st.sampled_from(["cost", "cardinality", "sqrt-cost"]))
def test_the_price_and_the_approvals_told_would_have_let_it_win(election, utility):
    options = Options("equal-shares", utility=utility)
    outcome = equal_shares.count(election, options)
    for p, one in enumerate(explain.projects(election, outcome)):
        if one.reason != "short":
            continue
        assert one.missing == one.cost - one.left > 0
        if one.price:
            assert wins(priced(election, p, one.price), options, outcome.share, p)
        assert not wins(priced(election, p, one.price + 1), options, outcome.share, p)
        assert one.reduction == one.cost - one.price
        assert wins(approved(election, p, one.approvals), options, outcome.share, p)
        assert not wins(approved(election, p, one.approvals - 1), options, outcome.share, p)


@settings(max_examples=50, deadline=None)
@given(elections())
def test_receipts_are_the_payments_of_rational_arithmetic(election):
    outcome = equal_shares.count(election, SHARES)
    bought, _ = twin.run(election, SHARES, outcome.share)
    for i, receipt in enumerate(explain.voters(election, outcome, range(election.n))):
        paid = [(election.projects[one.project].id, one.payments[i]) for one in bought if one.payments.get(i)]
        assert [(one.project, one.amount) for one in receipt.paid] == paid
        assert receipt.left == outcome.share - sum(amount for _, amount in paid)


@settings(max_examples=60, deadline=None)
@given(elections())
def test_what_supporters_paid_for_adds_up(election):
    assume(election.weights is None)
    outcome = equal_shares.count(election, SHARES)
    bought, _ = twin.run(election, SHARES, outcome.share)
    ballots = twin.points(election)
    for p, one in enumerate(explain.projects(election, outcome)):
        mine = [i for i, ballot in enumerate(ballots) if p in ballot]
        assert one.money == len(mine) * outcome.share
        assert one.left == one.money - sum(other.payments.get(i, 0) for other in bought for i in mine)
        for taken in one.taken:
            other = next(x for x in bought if election.projects[x.project].id == taken.project)
            assert taken.amount == pytest.approx(float(sum(other.payments.get(i, 0) for i in mine)))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("completion", ["none", "add1"])
def test_on_real_elections(name, completion):
    election = parsed(name).election
    outcome = equal_shares.count(election, Options("equal-shares", completion=completion))
    standings = explain.projects(election, outcome)
    assert {one.project for one in standings if one.reason == "won"} == set(outcome.winners)
    for p, one in enumerate(standings):
        if one.reason == "short":
            assert wins(priced(election, p, one.price), outcome.options, outcome.share, p)
            assert not wins(priced(election, p, one.price + 1), outcome.options, outcome.share, p)
    ledger = explain.ledger(election, outcome)
    assert ledger.paid.sum() == pytest.approx(outcome.cost)
    assert (ledger.left >= 0).all()


@settings(max_examples=50, deadline=None)
@given(approvals())
def test_of_greedy_it_is_true_as_well(election):
    outcome = counting.count(election, Options("greedy"))
    for p, one in enumerate(explain.projects(election, outcome)):
        if one.reason != "misfit":
            continue
        assert election.projects[p].id in counting.count(priced(election, p, one.price), Options("greedy")).winners
        assert (
            election.projects[p].id not in counting.count(priced(election, p, one.price + 1), Options("greedy")).winners
        )
        if one.approvals is not None:
            more = approved(election, p, one.approvals)
            assert election.projects[p].id in counting.count(more, Options("greedy")).winners


def test_of_a_project_that_could_not_win_no_price_is_told():
    projects = (Project("a", 10), Project("b", 10, withdrawn=True), Project("c", 10), Project("d", 10))
    election = election_of([], [[0, 1, 2], [0, 1, 2]], 20, projects=projects, conflicts=(frozenset({0, 2}),))
    told = {one.project: one for one in explain.projects(election, equal_shares.count(election, SHARES))}
    assert {name: one.reason for name, one in told.items()} == {
        "a": "won", "b": "withdrawn", "c": "conflict", "d": "no-support",
    }  # fmt: skip
    assert (told["b"].price, told["c"].approvals) == (None, None)
    assert explain.projects(election, equal_shares.count(election, SHARES), only=["c"])[0].project == "c"


def test_a_voter_of_a_rule_without_shares_has_winners_and_no_account():
    election = election_of([10, 20], [[0, 1]], 10)
    receipt = explain.voter(election, counting.count(election, Options("greedy")), 0)
    assert (receipt.share, receipt.left, receipt.paid, receipt.won, receipt.lost) == (None, None, (), ("p0",), ("p1",))
    with pytest.raises(ElectionError, match="no ledger"):
        explain.ledger(election, counting.count(election, Options("greedy")))
    with pytest.raises(IndexError, match="no such voter"):
        explain.voter(election, counting.count(election, Options("greedy")), 1)


def test_an_outcome_of_another_election_is_refused():
    election = election_of([10, 20], [[0, 1]], 10)
    outcome = equal_shares.count(election, SHARES)
    with pytest.raises(ElectionError, match="another election"):
        explain.projects(priced(election, 0, 11), outcome)


def test_by_district_every_pot_is_explained_by_itself():
    # North (p0, p1) has 20 for its two voters, all three share the other 9 for p2 and p3.
    pot = Limit("district:North", frozenset({0, 1}), most=20)
    election = election_of([14, 10, 9, 5], [[0, 1, 2], [1, 2], [2, 3]], 29, limits=(pot,))
    outcome = counting.count(election, Options("equal-shares", by_district=True))
    assert outcome.winners == ("p1", "p2")
    told = {one.project: one for one in explain.projects(election, outcome)}
    assert [(one.reason, one.round) for one in told.values()] == [("short", 0), ("won", 1), ("won", 2), ("short", 0)]
    assert (told["p0"].money, told["p0"].left, told["p0"].missing) == (10, 5, 9)
    receipts = explain.voters(election, outcome, range(3))
    assert [(one.share, one.left) for one in receipts] == [(13, 5), (13, 5), (3, 0)]
    assert [[(paid.project, paid.amount) for paid in one.paid] for one in receipts] == [
        [("p1", 5), ("p2", 3)], [("p1", 5), ("p2", 3)], [("p2", 3)],
    ]  # fmt: skip
    ledger = explain.ledger(election, outcome)
    assert (ledger.left.tolist(), ledger.paid.tolist()) == ([5, 5, 0], [8, 8, 3])
    assert fairness.certificate(election, outcome).holds
