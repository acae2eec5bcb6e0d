"""Add1 by jumps is Add1 by single steps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from madang.engines.ballots import completing
from madang.engines.ballots.completing import Completed, ended
from madang.engines.ballots.election import Election
from madang.engines.ballots.equal_run import run
from madang.engines.ballots.jumps import Stretches
from madang.engines.ballots.market import Market
from madang.engines.ballots.outcome import Options
from tests.engines.ballots.real import parsed
from tests.engines.ballots.test_equal_shares import election_of, elections, every_option

MANY = 600


def by_steps(market: Market) -> Completed | None:
    """Every share, one after another; None where there are too many."""
    bought = run(market, completing.start(market))
    for steps in range(MANY):
        if stopped := ended(market, bought):
            return Completed(bought, steps, stopped)
        following = run(market, bought.share + market.election.units)
        if following.cost > market.election.budget:
            return Completed(bought, steps, "unaffordable")
        bought = following
    return None


@st.composite
def larger(draw) -> Election:
    """Shares of tens to hundreds, voters with much in common, and costs that meet."""
    m = draw(st.integers(2, 7))
    costs = draw(st.lists(st.integers(1, 12).map(lambda one: one * 60), min_size=m, max_size=m))
    one = st.lists(st.integers(0, m - 1), unique=True, max_size=m).map(sorted)
    ballots = draw(st.lists(one, min_size=2, max_size=9))
    ballots = [ballot for ballot in ballots for _ in range(draw(st.integers(1, 2)))]
    return election_of(costs, ballots, draw(st.integers(60, sum(costs) + 60)))


@settings(max_examples=100, deadline=None)
@given(larger(), every_option)
def test_jumps_are_steps(election, options):
    expected = by_steps(Market(election, options))
    assume(expected is not None)
    assert completing.add1(Market(election, options)) == expected


@settings(max_examples=100, deadline=None)
@given(elections(), every_option)
def test_jumps_are_steps_under_any_condition(election, options):
    expected = by_steps(Market(election, options))
    assume(expected is not None)
    assert completing.add1(Market(election, options)) == expected


@pytest.mark.parametrize("stop", ["cities", "exhaustive"])
@pytest.mark.parametrize("utility", ["cost", "cardinality", "sqrt-cost"])
def test_jumps_are_steps_in_a_real_election(stop, utility):
    election = parsed("Poland_Swiecie_2023.pb").election
    options = Options("equal-shares", completion="add1", stop=stop, utility=utility)
    assert completing.add1(Market(election, options)) == by_steps(Market(election, options))


def test_most_steps_are_skipped(monkeypatch):
    # 30 voters in six groups, costs of millions: the share grows by hundreds of thousands, one unit at a time.
    rng = np.random.default_rng(4)
    ballots = [sorted({int(p) for p in rng.integers(0, 12, 4)}) for _ in range(30)]
    costs = [int(one) for one in rng.integers(10**6, 10**7, 12)]
    market = Market(election_of(costs, ballots, 40_000_000), Options("equal-shares", completion="add1"))
    exact = []
    monkeypatch.setattr(completing, "run", lambda of, share: exact.append(share) or run(of, share))
    completed = completing.add1(market)
    assert completed.stopped == "unaffordable"
    assert completed.steps > 50_000
    assert 1 < len(exact) < 200
    assert run(market, completed.run.share + 1).cost > 40_000_000
    # Some of the shares that were skipped, counted.
    for step in rng.integers(0, completed.steps, 300):
        assert run(market, completing.start(market) + int(step)).cost <= 40_000_000


def test_a_stretch_that_would_buy_too_much_is_not_harmless():
    market = Market(election_of([60, 60], [[0], [1]], 100), Options("equal-shares", completion="add1"))
    proofs = Stretches(market)
    assert proofs.harmless(Fraction(50), Fraction(59))
    assert not proofs.harmless(Fraction(50), Fraction(60))
