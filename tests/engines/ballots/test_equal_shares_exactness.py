"""Elections made so that floats are in doubt: prices, payments and costs that differ by less than a float can hold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.ballots import equal_shares, purse
from madang.engines.ballots.equal_run import Running, run
from madang.engines.ballots.exact import Doubted, Prices
from madang.engines.ballots.market import Market
from madang.engines.ballots.outcome import Options
from tests.engines.ballots import twin_equal_shares as twin
from tests.engines.ballots.test_equal_shares import agree, election_of

LARGE = 2**50


SHARES = Options("equal-shares")


def twins(election, options=SHARES):
    """What both counts buy."""
    outcome = equal_shares.count(election, options)
    _, bought, _ = twin.count(election, options)
    assert [(one.project, one.rho) for one in outcome.rounds] == [
        (election.projects[one.project].id, one.rho) for one in bought
    ]
    return outcome


@pytest.mark.parametrize("difference", [-1, 0, 1])
def test_two_prices_that_floats_hold_for_equal(difference):
    # ρ = cost / (3 · cost utility) without cardinality; with it ρ = cost / 3: a unit in 3·2⁵⁰ decides, or the tie.
    ballots = [[0], [0], [0], [1], [1], [1]]
    election = election_of([3 * LARGE + difference, 3 * LARGE], ballots, 8 * 3 * LARGE)
    outcome = twins(election, Options("equal-shares", utility="cardinality"))
    assert outcome.winners[0] == ("p1" if difference > 0 else "p0")
    assert bool(outcome.rounds[0].tied) == (difference == 0)


@pytest.mark.parametrize("difference", [-1, 0, 1])
def test_a_payment_that_is_nearly_all_a_voter_has(difference):
    # The first project leaves its supporters e − 2⁵⁰/3; the second costs each nearly that.
    share = Fraction(LARGE)
    ballots = [[0, 1], [0, 1], [0, 1], [1]]
    first = LARGE
    left = 3 * share - first
    second = int(left * Fraction(4, 3)) + difference
    election = election_of([first, second, 1], ballots, 4 * LARGE)
    outcome = twins(election)
    poor = next(one for one in outcome.rounds if one.project == "p1")
    assert poor.payers == 4


@pytest.mark.parametrize("difference", [-1, 0, 1])
def test_supporters_who_have_just_the_cost(difference):
    # What the two have left after p0, 2·(2⁵⁰ − (2⁵⁰ − 1)/3), is a fraction; the cost is the whole number beside it.
    ballots = [[0, 1], [0, 1], [0]]
    left = Fraction(2 * LARGE) - Fraction(2 * (LARGE - 1), 3)
    cost = int(left) + difference
    outcome = twins(election_of([LARGE - 1, cost], ballots, 3 * LARGE))
    assert ("p1" in outcome.winners) == (cost <= left)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_near_ties_of_every_kind(data):
    """Costs beside round multiples of a huge number, so that prices, payments and leftovers nearly meet all the time."""
    m = data.draw(st.integers(2, 6))
    costs = [
        data.draw(st.integers(1, 6)) * LARGE // data.draw(st.sampled_from([1, 2, 3])) + data.draw(st.integers(-1, 1))
        for _ in range(m)
    ]
    one = st.lists(st.integers(0, m - 1), unique=True, min_size=1, max_size=m).map(sorted)
    ballots = data.draw(st.lists(one, min_size=2, max_size=8))
    budget = data.draw(st.integers(1, 4)) * LARGE * len(ballots) // 2 + data.draw(st.integers(-1, 1))
    utility = data.draw(st.sampled_from(["cost", "cardinality", "sqrt-cost"]))
    agree(election_of(costs, ballots, budget), Options("equal-shares", utility=utility))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_near_ties_with_points_and_weights(data):
    m, n = data.draw(st.integers(2, 5)), data.draw(st.integers(2, 6))
    costs = [data.draw(st.integers(1, 6)) * 2**44 + data.draw(st.integers(-1, 1)) for _ in range(m)]
    some = st.lists(st.integers(0, m - 1), unique=True, min_size=1, max_size=m).map(sorted)
    ballots = [[(p, data.draw(st.integers(1, 3))) for p in data.draw(some)] for _ in range(n)]
    weights = np.array(data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)), dtype=np.int64)
    agree(election_of(costs, ballots, data.draw(st.integers(1, 8)) * 2**44, weights=weights), Options("equal-shares"))


def last_money(rng, *, points: bool):
    """An election whose last price is within one unit of the little that one of its payers has left of 2⁵¹.

    By then her float is wrong by as much as that: which of the two is more can't be told from it.
    """
    n, m, share = 12, 6, 2**51 + int(rng.integers(0, 1000))
    ballots = [sorted(int(p) for p in rng.choice(m, 5, replace=False)) for _ in range(n)]
    number = [sum(p in ballot for ballot in ballots) for p in range(m)]
    costs = [int(many * share / 5 * (1 - rng.uniform(1e-4, 1e-3))) for many in number]
    bought, _ = twin.run(election_of(costs, ballots, n * share), SHARES, Fraction(share))
    left = [Fraction(share) - sum(one.payments.get(i, 0) for one in bought) for i in range(n)]
    who = sorted(int(i) for i in rng.choice(n, 3, replace=False))
    least = left[int(rng.choice(who))]
    cost = int(sum(min(left[i], least) for i in who)) + int(rng.integers(0, 2))
    ballots = [[*ballot, m] if i in who else ballot for i, ballot in enumerate(ballots)]
    if points:
        ballots = [[(p, 2) for p in ballot] for ballot in ballots]
    return election_of([*costs, cost], ballots, n * share)


@pytest.mark.parametrize("points", [False, True])
def test_payments_that_are_nearly_the_last_money(points):
    rng = np.random.default_rng(5 + points)
    last = 0
    for _ in range(30):
        election = last_money(rng, points=points)
        agree(election, SHARES)
        last += "p6" in equal_shares.count(election, SHARES).winners
    assert last > 8


def test_a_tie_of_thousands_is_settled_as_one():
    # 3,000 voters alike, who all have left just what the next project asks: exact, and once.
    n = 3000
    election = election_of([7 * n, 7 * n, 7 * n], [[0, 1, 2]] * n, 21 * n)
    market = Market(election, Options("equal-shares"))
    bought = run(market, Fraction(21 * n, n))
    assert bought.projects == (0, 1, 2)
    assert [one.price for one in bought.purchases] == [7, 7, 7]
    assert (market.left == 0.0).all()


def test_floats_stay_within_the_bound_they_claim():
    rng = np.random.default_rng(8)
    costs = [int(one) for one in rng.integers(1, 10**15, 40)]
    ballots = [sorted({int(p) for p in rng.integers(0, 40, 12)}) for _ in range(60)]
    election = election_of(costs, ballots, sum(costs) // 2)
    running = Running(Market(election, Options("equal-shares")), Fraction(election.budget, 60))
    left, ballots_ = [running.share] * 60, twin.points(election)
    while (best := running.best()) is not None:
        running.buy(*best)
        one = running.bought[-1]
        for i, ballot in enumerate(ballots_):
            left[i] -= min(left[i], one.price * ballot.get(one.project, 0))
        worst = max(abs(Fraction(float(mine)) - exact) for mine, exact in zip(running.market.left, left, strict=True))
        assert worst <= running.slack
        assert all((mine == 0.0) == (exact == 0) for mine, exact in zip(running.market.left, left, strict=True))
    assert len(running.bought) > 10


def test_the_order_of_ballots_changes_nothing():
    rng = np.random.default_rng(3)
    costs = [int(one) for one in rng.integers(10**3, 10**6, 30)]
    ballots = [sorted({int(p) for p in rng.integers(0, 30, 6)}) for _ in range(500)]
    first = equal_shares.count(election_of(costs, ballots, 3_000_000), Options("equal-shares", completion="add1"))
    for _ in range(3):
        again = election_of(costs, [ballots[i] for i in rng.permutation(500)], 3_000_000)
        assert equal_shares.count(again, Options("equal-shares", completion="add1")).rounds == first.rounds


def test_fingerprints_that_meet_are_told_apart():
    # Two voters paid for different winners; were their fingerprints equal, `alike` would still say so.
    start, project = np.array([0, 2, 4, 6]), np.array([0, 1, 0, 2, 0, 1], dtype=np.int32)
    rank, value = np.array([0, 1, 2], dtype=np.int64), np.zeros(0, dtype=np.int64)
    same = np.empty(3, dtype=bool)
    who = np.array([0, 1, 2], dtype=np.int32)
    purse.alike(who, np.array([0, 0, 0], dtype=np.int32), start, project, value, rank, same)
    assert same.tolist() == [True, False, True]


def test_doubted_voters_are_poor_in_the_order_of_what_they_have_per_point():
    prices = Prices(Fraction(10))
    doubted = [Doubted(0, 4, 1, 1), Doubted(1, 10, 2, 1), Doubted(2, 9, 1, 1)]
    # 4 + 10 + 9 < 24 can't pay; 18 = 4 + 2·t + t with t = 14/3, so that only the first is poor.
    assert prices.solve(24, 0, 0, doubted) is None
    price = prices.solve(18, 0, 0, doubted)
    assert (Fraction(price.numerator, price.denominator), price.poor) == (Fraction(14, 3), frozenset({0}))
