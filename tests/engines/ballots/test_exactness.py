"""Where floats would choose wrongly: prices that differ beyond their sixteenth digit, and real ties among large ones."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from madang.engines.ballots import phragmen
from madang.engines.ballots.counting import count
from madang.engines.ballots.election import Election, Project
from madang.engines.ballots.outcome import Options
from tests.engines.ballots import twins

GREAT = 10**18


def election(costs, ballots, budget, **more):
    return Election(
        projects=tuple(Project(f"p{i}", cost) for i, cost in enumerate(costs)),
        budget=budget,
        ballot_type="approval",
        start=np.cumsum([0, *map(len, ballots)]).astype(np.int64),
        project=np.array([p for one in ballots for p in one], dtype=np.int32),
        **more,
    )


def town(seed, voters=400, projects=14):
    """A town with many equal ballots and costs that are multiples of each other."""
    rng = np.random.default_rng(seed)
    costs = rng.choice([1000, 2000, 3000, 4500, 6000, 9000], projects).tolist()
    ballots = [sorted(set(rng.choice(projects, rng.integers(0, 6)).tolist())) for _ in range(voters)]
    return election(costs, ballots, sum(costs) // 2)


RULES = {
    "phragmen": twins.phragmen,
    "bounded-overspending": twins.overspending,
    "greedy-per-cost": twins.greedy,
    "knapsack-optimal": twins.knapsack,
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_coin_in_a_trillion_trillions_decides(rule, order):
    # As floats both costs are the same.
    costs = [GREAT + order[0], GREAT + order[1]]
    found = election(costs, [[0], [1]], GREAT + 1)
    options = Options(rule, utility="cardinality")
    assert count(found, options).winners == (f"p{order.index(0)}",)
    assert set(RULES[rule](found, options)) == {f"p{order.index(0)}"}


def test_a_load_that_is_less_by_less_than_a_float_can_tell():
    # (3·10¹⁸ + 1)/3 against 10¹⁸: a third of a coin.
    found = election([3 * GREAT + 1, GREAT], [[0], [0], [0], [1]], 4 * GREAT + 1)
    rounds, _ = phragmen.run(found, Options("phragmen"))
    assert [(one.project, one.rho) for one in rounds] == [("p1", Fraction(GREAT)), ("p0", Fraction(3 * GREAT + 1, 3))]


def test_large_loads_that_are_equal_are_a_tie():
    found = election([3 * GREAT, GREAT], [[0], [0], [0], [1]], 4 * GREAT)
    rounds, _ = phragmen.run(found, Options("phragmen"))
    assert rounds[0].project == "p0" and rounds[0].tied == ("p0", "p1")


@pytest.mark.parametrize("seed", range(6))
def test_phragmen_in_a_town_has_the_loads_of_its_twin(seed):
    found = town(seed)
    rounds, _ = phragmen.run(found, Options("phragmen"))
    assert tuple(one.project for one in rounds) == twins.phragmen(found, Options("phragmen"))
    load = [Fraction(0)] * found.n
    for one in rounds:
        p = int(one.project[1:])
        people = [i for i in range(found.n) if p in found.project[found.start[i] : found.start[i + 1]]]
        expected = (one.cost + sum(load[i] for i in people)) / len(people)
        assert one.rho == expected and one.payers == len(people)
        for i in people:
            load[i] = expected


@pytest.mark.parametrize("utility", ["cost", "cardinality"])
@pytest.mark.parametrize("seed", range(3))
def test_overspending_in_a_town(seed, utility):
    found, options = town(seed, voters=120, projects=9), Options("bounded-overspending", utility=utility)
    outcome = count(found, options)
    assert outcome.winners == twins.overspending(found, options)
    assert all(0 < one.part <= 1 and one.payers > 0 for one in outcome.rounds)
    # Nobody pays more than everybody got (amounts in the trace are rounded to thirty decimals).
    share = Fraction(found.budget, found.n) + Fraction(1, 10**30)
    assert all(one.largest <= share for one in outcome.rounds)
    assert any(one.part < 1 for one in outcome.rounds)


@pytest.mark.parametrize("seed", range(4))
def test_greatest_welfare_in_a_town(seed):
    found = town(seed, projects=12)
    for utility in ("cost", "cardinality"):
        options = Options("knapsack-optimal", utility=utility)
        outcome = count(found, options)
        assert set(outcome.winners) == twins.knapsack(found, options) and outcome.stopped == "proven"


def test_the_solver_decides_where_the_search_is_too_long(monkeypatch):
    from madang.engines.ballots import knapsack

    found, options = town(1, projects=12), Options("knapsack-optimal")
    expected = count(found, options)
    monkeypatch.setattr(knapsack, "_SOME_NODES", 1)
    monkeypatch.setattr(knapsack, "_MOST_NODES", 1)
    outcome = count(found, options)
    assert outcome.stopped == "numerical"

    def welfare(one):
        votes = np.bincount(found.project, minlength=found.m)
        return sum(int(votes[int(p[1:])]) * found.projects[int(p[1:])].cost for p in one.winners)

    assert welfare(outcome) == welfare(expected) and outcome.cost <= found.budget


def test_intervals_grow_where_they_are_too_wide(monkeypatch):
    from madang.engines.ballots import overspending

    found, options = town(2, voters=60, projects=8), Options("bounded-overspending")
    expected = count(found, options)
    monkeypatch.setattr(overspending, "_BITS", 64)
    assert count(found, options) == expected
