"""Cities that really decided by Equal Shares, and their published winners."""

from __future__ import annotations

import pytest

from madang.engines.ballots import equal_shares
from madang.engines.ballots.outcome import Options
from tests.engines.ballots.real import parsed


@pytest.mark.parametrize("tie", ["file", "lot", "cost-votes-lot"])
def test_wieliczka_2023(tie):
    election = parsed("Poland_Wieliczka_2023_Green_Budget.pb").election
    options = Options("equal-shares", completion="add1", comparison=True, tie=tie)
    outcome = equal_shares.count(election, options)
    assert (len(outcome.winners), outcome.cost, outcome.share, outcome.steps) == (30, 995_079, 315, 164)
    assert not outcome.trace["comparison"]["switched"]
    assert set(outcome.winners) == {one.id for one in election.projects if one.published_selected == 1}


def test_wieliczka_2023_with_the_exhaustive_stop_of_pabutools():
    election = parsed("Poland_Wieliczka_2023_Green_Budget.pb").election
    cities = equal_shares.count(election, Options("equal-shares", completion="add1"))
    other = equal_shares.count(election, Options("equal-shares", completion="add1", stop="exhaustive"))
    assert (len(other.winners), other.cost, other.stopped) == (31, 984_579, "exhaustive")
    assert set(other.winners) ^ set(cities.winners) == {"66", "67", "46"}


def test_swiecie_2023():
    election = parsed("Poland_Swiecie_2023.pb").election
    outcome = equal_shares.count(election, Options("equal-shares", completion="add1", tie="cost-votes-lot"))
    assert set(outcome.winners) == {one.id for one in election.projects if one.published_selected == 1}
