"""The privacy check of the open data, against a slow and obvious reading of what it promises."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from madang.plan.budgets.voting import privacy


def cells(ballots, columns):
    """By every voter's attributes: the ballots of those alike."""
    found = defaultdict(list)
    for at, ballot in enumerate(ballots):
        found[tuple(columns[name][at] for name in sorted(columns))].append(ballot)
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from(["", "20-29", "34", "60+"]), st.sampled_from(["수원", "용인", ""])
        ),
        max_size=60,
    ),
    st.integers(1, 8),
)
def test_what_is_published_keeps_the_promise(rows, k):
    ballots = [row[0] for row in rows]
    found = privacy.check(ballots, {"age": [row[1] for row in rows], "district": [row[2] for row in rows]}, k=k)
    for alike in cells(ballots, found.columns).values():
        if found.columns:
            assert len(alike) >= k and len(set(alike)) > 1
    alone = Counter(ballots)
    assert found.unique_ballots == sum(1 for one in ballots if alone[one] == 1)
    assert found.voters == len(rows) and found.uniform == 0


def test_coarser_before_dropped():
    ages = ["31", "33", "35", "38"] * 5 + ["61", "64"] * 10
    found = privacy.check([n % 3 for n in range(40)], {"age": ages}, k=10)
    assert [(one.what, one.how) for one in found.steps] == [("coarsen", "tens")]
    assert set(found.columns["age"]) == {"30-39", "60-69"}


def test_a_lonely_voter_costs_everybody_the_column():
    places = ["수원"] * 30 + ["연천"]
    found = privacy.check([n % 2 for n in range(31)], {"district": places}, k=10)
    assert found.columns == {} and found.small_before == 1 and found.steps[-1].what == "drop"


def test_who_votes_alike_is_not_told_apart():
    found = privacy.check([1] * 20 + [2, 1] * 10, {"district": ["수원"] * 20 + ["용인"] * 20}, k=10)
    assert found.columns == {}


def test_nothing_known_nothing_told():
    found = privacy.check([1, 2], {"age": ["", ""]}, k=10)
    assert found.columns == {} and found.steps[0].how == "empty"
