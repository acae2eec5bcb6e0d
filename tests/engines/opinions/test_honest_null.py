"""Votes that hold nothing must show nothing: dealt anew within statements, over fifty seeds.

The promise: groups in at most 5% of such conversations, and findings or dividing statements in at most 10%. Findings
are also tested with the gate open, that is for groups that would never be shown.
"""

import numpy as np
import pytest
from scipy.stats import binom

from madang.engines.opinions import bridging, factors, findings, grouping
from madang.engines.opinions.cells import rows_of
from madang.engines.opinions.honest import honest_map
from tests.engines.opinions.conversations import EXPORTED, exported, invented
from tests.engines.opinions.test_honest import redealt

SEEDS = 50


def most(rate):
    """As many of SEEDS as a method that keeps its promise exceeds once in a thousand times."""
    return binom.ppf(0.999, SEEDS, rate)


def with_gate_open(votes, seed):
    """Whether any of two or three forced groups has a finding, and whether any statement divides."""
    cells = rows_of(votes)
    points = factors.turned(factors.fit(cells, seed=seed))[0]
    parts = findings.halves(cells, seed=seed, rank=2)
    tested = [findings.tests(cells, parts, grouping.kmeans(points, k, seed)[0], k, least=3) for k in (2, 3)]
    apart = bridging.divisiveness(cells, parts)
    return [t.found().any() for t in tested], (np.nan_to_num(apart.q, nan=1.0) <= findings.RATE).any()


def shown_and_found(votes):
    shown = found = apart = 0
    for seed in range(SEEDS):
        dealt = redealt(votes, seed)
        told = honest_map(dealt, seed=seed)
        shown += bool(told.groups)
        forced, divided = with_gate_open(dealt, seed)
        found, apart = found + np.array(forced), apart + (divided or bool(told.divisive))
    return shown, found, apart


@pytest.mark.parametrize("shape", [(40, 12, 0.8), (90, 30, 0.4)])
def test_nothing_is_found_in_nothing(shape):
    people, statements, rate = shape
    shown, found, apart = shown_and_found(invented(1, people=people, statements=statements, rate=rate))
    assert shown <= most(0.05)
    assert (found <= most(0.10)).all()
    assert apart <= most(0.10)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTED)
def test_nothing_is_found_in_real_conversations_dealt_anew(name):
    shown, found, apart = shown_and_found(exported(name))
    assert shown <= most(0.05)
    assert (found <= most(0.10)).all()
    assert apart <= most(0.10)
