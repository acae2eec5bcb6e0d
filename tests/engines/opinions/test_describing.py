"""What groups believe, who is unsure, what many pass."""

import numpy as np
import pytest

from madang.engines.opinions.describing import open_questions, portraits, unsure
from madang.engines.opinions.honest import honest_map
from madang.engines.opinions.votes import collect
from tests.engines.opinions.conversations import dense, invented


@pytest.fixture(scope="module")
def votes():
    return invented(3)


@pytest.fixture(scope="module")
def told(votes):
    return honest_map(votes)


def test_a_belief_counts_the_votes_of_its_group_and_of_the_other_groups(votes, told):
    cells, asked = dense(votes), {"agree": 1, "disagree": -1}
    assert told.groups
    for portrait in portraits(told):
        assert portrait.beliefs
        for belief in portrait.beliefs:
            column = cells[:, votes.statements.index(belief.statement)]
            seen, own = ~np.isnan(column), told.group == portrait.group
            others = (told.group >= 0) & ~own
            said = column == asked[belief.direction]
            assert (belief.own.count, belief.own.n) == ((said & own).sum(), (seen & own).sum())
            assert (belief.others.count, belief.others.n) == ((said & others).sum(), (seen & others).sum())
            assert belief.passed.count == ((column == 0) & own).sum()
            assert belief.own.low <= belief.own.p <= belief.own.high


def test_what_is_common_has_a_majority_in_every_group(told):
    common = [one for portrait in portraits(told, most=100) for one in portrait.common]
    for one in common:
        assert all(share.p > 0.5 for share in one.shares)


def test_everybody_is_sure_or_listed_as_unsure(votes, told):
    found = unsure(told)
    assert set(found.absent) == set(np.flatnonzero(told.counted == 0))
    assert set(found.few) == set(np.flatnonzero((told.group < 0) & (told.counted > 0)))
    assert set(found.between) <= set(np.flatnonzero(told.group >= 0))


def test_somebody_on_the_line_between_two_groups_is_between_them():
    rng = np.random.default_rng(1)
    profile = rng.choice([-1, 1], 30)
    rows = [(i, j, (profile if i < 30 else -profile)[j]) for i in range(60) for j in range(30)]
    rows += [(60, j, profile[j] if j % 2 else -profile[j]) for j in range(30)]
    votes = collect([f"p{i:02}" for i in range(61)], [f"s{j}" for j in range(30)], *zip(*rows, strict=True))
    told = honest_map(votes)
    assert len(told.groups) == 2
    assert unsure(told).between.tolist() == [60]


def test_open_questions_tell_the_sure_from_the_accidental():
    rows = [(i, 0, 0 if i < 60 else 1) for i in range(100)]  # 60% pass
    rows += [(i, 1, 0 if i < 3 else 1) for i in range(6)]  # half of six
    rows += [(i, 2, 0 if i < 20 else 1) for i in range(100)]  # a fifth
    rows += [(0, 3, 0)]  # one of one
    votes = collect([f"p{i}" for i in range(100)], ["a", "b", "c", "d"], *zip(*rows, strict=True))
    assert [(q.statement, q.sure) for q in open_questions(honest_map(votes))] == [("a", True), ("b", False)]
