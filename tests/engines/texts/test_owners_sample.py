"""The bench of the owner suggestion on the demo's own proposals, on a part of them."""

import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[3] / "bench"


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCH))
    try:
        import texts_routing_sample

        yield texts_routing_sample
    finally:
        sys.path.remove(str(BENCH))


@pytest.fixture(scope="module")
def sample(bench):
    return bench.Sample(limit=126)


def test_owners_are_sought_where_the_truth_lies(bench, sample):
    for place, _, owner, row in sample.cases:
        if owner >= 0:
            assert sample.offices[place][owner].id == row["office"]
        else:
            assert row["office"] is None or row["office"] in sample.officers


def test_no_proposal_is_evidence_for_itself(bench, sample):
    features = bench.few(sample)
    for (_, _, _, row), found in zip(sample.cases, features, strict=True):
        if row["key"] in sample.answered:
            office = sample.answered[row["key"]].office
            assert found[sample.position[office], 3] < 0.9


def test_mandates_find_owners_far_better_than_chance(bench, sample):
    truth = np.array([c[2] for c in sample.cases])
    owned = np.flatnonzero(truth >= 0)
    scores = [f @ np.array(bench.WEIGHTS) for f in bench.few(sample)]
    assert bench.top(scores, truth, owned)["top3"] > 0.5
    told = bench.outcome(scores, truth, *bench.RECKONED_WITH_MANDATES, bench.WITH_MANDATES.floor)
    assert told["right_when_one"] > 0.4
    assert 0.1 < told["declined"] < 0.7


def test_agenda_items_that_a_mandate_names_are_shown_as_one(bench):
    found = {row["item"]: row for row in bench.agenda(bench.Sample())}
    assert (found["ag-app-fee"]["verdict"], found["ag-app-fee"]["offices"]) == ("one", ("gg-fair",))
    assert sum(row["verdict"] == "one" and row["offices"][0] == row["expected"] for row in found.values()) >= 7
