"""What makes a ballot valid, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.plan.budgets.voting import receipts
from madang.plan.budgets.voting.shuffling import shuffled
from madang.plan.budgets.voting.validity import Ballots, Option, normal, problems


def rules(kind="approval", *, least=0, most=None, points=None, own_and=None):
    costs = {1: 400, 2: 300, 3: 500, 4: 200, 5: 600}
    pots = {1: (10, 7), 2: (10, 7), 3: (20, 8), 4: (20, 8), 5: (30, None)}
    options = {n: Option(n, costs[n], *pots[n], title=f"p{n}") for n in costs}
    return Ballots(
        kind, least, most, points, own_and, options, {10: 600, 20: 700, 30: 600}, {10: "a", 20: "b", 30: "c"}
    )


def keys(*given, **more):
    return [one.key for one in problems(*given, **more)]


@pytest.mark.parametrize(
    ("terms", "choices", "points", "wrong"),
    [
        ({}, [], None, []),
        ({"least": 1}, [], None, ["too_few"]),
        ({"most": 2}, [1, 2, 3], None, ["too_many"]),
        ({"kind": "choose-1"}, [1, 2], None, ["too_many"]),
        ({}, [1, 1], None, ["twice"]),
        ({}, [9], None, ["unknown"]),
        ({}, [1], [3], ["not_numbers"]),
        ({"kind": "knapsack"}, [1, 3, 4, 5], None, []),
        ({"kind": "knapsack"}, [1, 2], None, ["over"]),
        ({"kind": "cumulative", "points": 10}, [1, 2], [4, 6], []),
        ({"kind": "cumulative", "points": 10}, [1, 2], [4, 7], ["too_many_points"]),
        ({"kind": "cumulative", "points": 10}, [1, 2], [4], ["points_missing"]),
        ({"kind": "cumulative", "points": 10}, [1, 2], [-1, 7], ["no_points"]),
        ({"kind": "ranking", "most": 3}, [3, 1, 2], None, []),
    ],
)
def test_validity(terms, choices, points, wrong):
    assert keys(rules(**terms), choices, points) == wrong


def test_one_s_own_district_and_others():
    assert keys(rules(own_and=0), [1, 5], home=7) == []
    assert keys(rules(own_and=0), [1, 3], home=7) == ["districts"]
    assert keys(rules(own_and=1), [1, 3], home=7) == []
    assert keys(rules(own_and=1), [1, 3], home=None) == ["districts"]


def test_a_full_basket_names_the_cheapest_project_that_is_enough():
    found = problems(rules("knapsack"), [1, 2, 5])[0]
    assert found.passing and found.params["number"] == 2 and "p2" in found.text


@given(st.permutations([1, 2, 3, 4, 5]), st.integers(0, 99), st.integers(0, 99))
def test_the_shuffled_order_is_a_permutation_that_no_input_order_changes(numbers, voter, seed):
    found = shuffled(numbers, voter=voter, seed=seed)
    assert sorted(found) == [1, 2, 3, 4, 5] and found == shuffled([1, 2, 3, 4, 5], voter=voter, seed=seed)


def test_every_project_comes_first_about_equally_often():
    first = [shuffled(range(5), voter=voter, seed=3)[0] for voter in range(5000)]
    assert all(850 < first.count(n) < 1150 for n in range(5))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), unique_by=lambda one: one[0]))
def test_normal_form_is_stable(given_points):
    numbers, points = [n for n, _v in given_points], [v for _n, v in given_points]
    once = normal("cumulative", numbers, points)
    assert once == normal("cumulative", *once) and 0 not in once[1]
    assert normal("approval", numbers, None) == (sorted(numbers), None)
    assert normal("ranking", numbers, None) == (numbers, None)


def test_receipts_are_read_as_people_type_them():
    code = receipts.code()
    assert receipts.read(code.replace("-", "").lower()) == code
    assert receipts.read("0" * 20) == receipts.read("") == ""
    assert receipts.listing([code]) == f"{receipts.published(code)}\n"
