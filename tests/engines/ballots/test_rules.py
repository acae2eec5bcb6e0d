"""Every rule against its slow twin in fractions, on small elections full of ties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.ballots.counting import count
from tests.engines.ballots import twins
from tests.engines.ballots.generators import RULES, TYPES, elections, ways

TWINS = {
    **dict.fromkeys(
        ["greedy", "greedy-no-skip", "greedy-threshold", "greedy-exclusive", "greedy-80-percent", "greedy-per-cost"],
        twins.greedy,
    ),
    "phragmen": twins.phragmen,
    "bounded-overspending": twins.overspending,
    "knapsack-optimal": twins.knapsack,
}
# Equal Shares has its own tests.
ELSEWHERE = {"equal-shares"}


def test_every_rule_and_every_type_of_ballot_is_covered():
    assert set(TWINS) | ELSEWHERE == set(RULES)
    assert set(TYPES) == {"approval", "k-approval", "knapsack", "ranking", "cumulative", "scoring", "choose-1"}


@pytest.mark.parametrize("rule", TWINS)
@pytest.mark.parametrize("ballot_type", TYPES)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_the_rule_gives_the_winners_of_its_twin(rule, ballot_type, data):
    election = data.draw(elections(ballot_type))
    options = data.draw(ways(rule))
    outcome = count(election, options)
    expected = TWINS[rule](election, options)
    assert (set(outcome.winners) if rule == "knapsack-optimal" else outcome.winners) == expected
    assert outcome.cost == sum(one.cost for one in election.projects if one.id in outcome.winners)
    assert outcome.cost <= election.budget or rule == "greedy-80-percent"
    assert len(set(outcome.winners)) == len(outcome.winners) == len(outcome.rounds)
    assert count(election, options) == outcome
