"""The honest map: groups where there are some, none where there are none, whatever the order of the file."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.opinions import drawing
from madang.engines.opinions.cells import rows_of
from madang.engines.opinions.grouping import rand_index
from madang.engines.opinions.honest import honest_map
from madang.engines.opinions.maps import published
from madang.engines.opinions.votes import Votes, collect
from tests.engines.opinions.conversations import EXPORTED, dense, exported, invented

BREXIT = ("8", "14")  # "Labour should oppose …", "The … border is a huge issue …"


def redealt(votes, seed):
    """The same votes dealt anew within statements: nothing is left but what each statement got."""
    cells = rows_of(votes)
    dealt = drawing.permuted(cells, *drawing.by_statement(cells), seed)
    person = np.repeat(dealt.people, dealt.counted())
    return collect(votes.people, votes.statements, person, dealt.statements[dealt.statement], dealt.value)


@pytest.mark.parametrize("name", EXPORTED)
def test_real_conversations_have_groups_and_findings(name):
    told = honest_map(exported(name))
    assert told.stability.verdict == "shown"
    assert told.stability.ari > max(0.6, told.stability.null_ari_95)
    assert len(told.groups) >= 2
    assert all(group.findings for group in told.groups)


@pytest.mark.parametrize("name", EXPORTED)
def test_votes_dealt_anew_have_none(name):
    told = honest_map(redealt(exported(name), 1))
    assert told.groups == ()
    assert told.stability.verdict in {"unstable", "no-better-than-chance"}
    assert (told.group == -1).all()


def test_brexit_is_divided_over_opposing_it_and_united_over_the_irish_border():
    told = honest_map(exported("brexit-consensus"))
    oppose, border = BREXIT
    sides = {f.direction for g in told.groups for f in g.findings if f.statement == oppose}
    assert sides == {"agree", "disagree"}
    assert told.divisive[0].statement == oppose
    assert border in {b.statement for b in told.bridges[:3]}
    assert border in {a.statement for a in told.consensus if a.direction == "agree"}
    assert all(border in g.shared for g in told.groups)


@pytest.mark.parametrize(
    ("name", "least"), [("15-per-hour-seattle", 16), ("brexit-consensus", 25), ("vtaiwan.uberx", 120)]
)
def test_a_finding_says_what_can_be_counted_and_what_to_expect_of_new_votes(name, least):
    votes = exported(name)
    told, cells = honest_map(votes), dense(votes)
    every = [(group, found) for group in told.groups for found in group.findings]
    assert len(every) >= least
    for group, found in every:
        column = cells[:, votes.statements.index(found.statement)]
        said = column == (1 if found.direction == "agree" else -1)
        own, rest = (told.group == group.id) & ~np.isnan(column), (told.group >= 0) & ~np.isnan(column)
        rest &= ~own
        assert (found.n_group, found.n_rest) == (own.sum(), rest.sum())
        assert found.p_group == pytest.approx(said[own].mean())
        assert found.p_rest == pytest.approx(said[rest].mean())
        assert found.p_value <= found.q_value <= 0.1
        assert found.score == pytest.approx(found.held_out[0] - found.held_out[1])
        assert found.score > 0
    # Votes that formed the groups flatter them.
    assert np.mean([f.p_group - f.p_rest for _, f in every]) > np.mean([f.score for _, f in every])


def test_seven_camps_are_seven_groups():
    rng = np.random.default_rng(7)
    camp, profile = rng.integers(0, 7, 400), rng.choice([-1, 1], (7, 60))
    person, statement = np.nonzero(rng.random((400, 60)) < 0.5)
    value = profile[camp[person], statement] * np.where(rng.random(len(person)) < 0.92, 1, -1)
    told = honest_map(collect([f"p{i}" for i in range(400)], [f"s{j}" for j in range(60)], person, statement, value))
    assert len(told.groups) == 7
    assert rand_index(told.group, camp.astype(np.int32)) > 0.95


def test_votes_without_groups_yet_say_what_would_be_needed():
    """Brexit with three of ten votes: stable groups are near, and the whole conversation has them."""
    votes = exported("brexit-consensus")
    keep = np.random.default_rng(0).random(len(votes)) < 0.3
    told = honest_map(
        collect(votes.people, votes.statements, votes.person[keep], votes.statement[keep], votes.value[keep])
    )
    assert told.stability.verdict == "unstable"
    needed = told.stability.needed
    assert needed["votes_per_person_now"] < needed["votes_per_person"] <= 3 * needed["votes_per_person_now"]
    few = honest_map(collect(votes.people, votes.statements, votes.person[:60], votes.statement[:60], votes.value[:60]))
    assert few.stability.verdict == "few-people"
    assert few.stability.needed["people"] == 15


def test_the_order_of_people_and_statements_changes_nothing():
    votes = invented(3)
    rng = np.random.default_rng(0)
    people, statements = rng.permutation(len(votes.people)), rng.permutation(len(votes.statements))
    at, where = np.argsort(people), np.argsort(statements)
    other = collect(
        [votes.people[i] for i in people],
        [votes.statements[j] for j in statements],
        at[votes.person],
        where[votes.statement],
        votes.value,
    )
    one, two = honest_map(votes), honest_map(other)
    assert one.points.tobytes() == two.points[at].tobytes()
    assert (one.group == two.group[at]).all()
    assert [g.findings for g in one.groups] == [g.findings for g in two.groups]
    assert (one.stability, one.consensus, one.bridges, one.divisive) == (
        two.stability,
        two.consensus,
        two.bridges,
        two.divisive,
    )


def _votes(people, statements, cells):
    person, statement, value = zip(*cells, strict=True) if cells else ((), (), ())
    return collect([f"p{i}" for i in range(people)], [f"s{j}" for j in range(statements)], person, statement, value)


@pytest.mark.parametrize(
    "votes",
    [
        _votes(0, 0, []),
        _votes(1, 0, []),
        _votes(0, 1, []),
        _votes(1, 1, [(0, 0, 1)]),
        _votes(3, 2, [(0, 1, 1), (2, 1, -1)]),
        _votes(40, 12, [(i, j, 0) for i in range(40) for j in range(12)]),
        _votes(40, 12, [(i, j, 1) for i in range(40) for j in range(12)]),
        _votes(40, 12, [(i, j, 1 - 2 * (j % 2)) for i in range(40) for j in range(12)]),
        _votes(40, 1, [(i, 0, 1 - 2 * (i % 2)) for i in range(40)]),
        _votes(40, 9, [(i, 4, 1 - 2 * (i % 2)) for i in range(40)]),
        _votes(40, 9, [(0, j, 1) for j in range(9)]),
    ],
    ids=lambda votes: f"{len(votes.people)}x{len(votes.statements)}x{len(votes)}",
)
def test_what_holds_no_groups_shows_none_and_fails_nowhere(votes):
    told = honest_map(votes)
    assert told.groups == ()
    assert told.divisive == ()
    assert np.isnan(told.points).any(axis=1).tolist() == (told.counted == 0).tolist()
    assert len(told.statement_scores) == len(votes.statements)


def test_hidden_and_meta_statements_have_no_say():
    votes = invented(5)
    told = honest_map(Votes(**{**votes.__dict__, "hidden": frozenset({0}), "meta": frozenset({1})}))
    named = {f.statement for g in told.groups for f in g.findings}
    named |= {a.statement for a in (*told.consensus, *told.bridges, *told.divisive)}
    assert named
    assert not named & {"s0", "s1"}


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 45),
    st.integers(1, 14),
    st.sampled_from((0.05, 0.4, 1.0)),
    st.sampled_from((1, 2, 4)),
    st.booleans(),
)
def test_any_conversation_is_answered_in_order(seed, people, statements, rate, camps, moderated):
    """Whatever the votes: places where there are votes, groups of five and more, numbers where numbers belong."""
    votes = invented(seed, people=people, statements=statements, rate=rate, camps=camps)
    if moderated:
        votes = Votes(**{**votes.__dict__, "hidden": frozenset({0}), "meta": frozenset({statements - 1})})
    told = honest_map(votes, seed=seed)
    counts = np.ones(len(votes), bool)
    counts[np.isin(votes.statement, list(votes.hidden | votes.meta))] = False
    voted = np.bincount(votes.person[counts], minlength=people) > 0
    assert (np.isfinite(told.points).all(axis=1) == voted).all()
    assert (np.isfinite(told.uncertainty) == voted).all()
    assert (told.uncertainty[voted] > 0).all() or not told.points[voted].any()
    assert set(told.group) <= set(range(-1, len(told.groups)))
    assert [g.size for g in told.groups] == [(told.group == g.id).sum() for g in told.groups]
    assert all(g.size >= 5 and g.findings and g.tallies.shape == (statements, 3) for g in told.groups)
    assert bool(told.groups) == (told.stability.verdict == "shown")
    assert all(s.score >= t.score for x in (told.bridges, told.divisive) for s, t in pairwise(x))
    for score in told.statement_scores:
        assert score.agree + score.disagree + score.passed == score.seen
        for share in (score.agree_share, score.disagree_share, score.pass_share):
            assert 0 <= share.low <= share.p <= share.high <= 1
    assert published(told)["digest"] == votes.digest()
