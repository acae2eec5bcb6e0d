"""Routing: chances that add up, exposure that evens out, new statements heard, estimates that stay unbiased."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.engines.opinions.routing import EVEN, NothingLeftError, State, next_statement, probabilities, worth


def slow_probabilities(state, unvoted, voted):
    """The definition, one statement at a time."""
    m, g = len(state.seen), state.loadings
    known = state.ridge * np.eye(2)
    for j in voted:
        known += np.outer(g[j], g[j])
    inverse = np.linalg.inv(known)
    gain = [0.5 * np.log(1 + g[j] @ inverse @ g[j]) for j in range(m)]
    gain = [max(gain[j], np.median(gain)) if state.seen[j] < 10 else gain[j] for j in range(m)]
    least, telling = np.zeros(m), np.zeros(m)
    for j in range(m):
        if unvoted[j]:
            least[j] = 1 / (1 + state.seen[j]) ** 2
            telling[j] = (1 - (state.passed[j] + 1) / (state.seen[j] + 2)) * (gain[j] + 1e-9)
    count = sum(map(bool, unvoted))
    return [
        0.25 * unvoted[j] / count + 0.45 * least[j] / sum(least) + 0.30 * telling[j] / sum(telling) for j in range(m)
    ]


@st.composite
def states(draw):
    m = draw(st.integers(1, 12))
    seen = np.array(draw(st.lists(st.integers(0, 40), min_size=m, max_size=m)))
    passed = np.array([draw(st.integers(0, int(s))) for s in seen])
    axis = st.floats(-2, 2, allow_nan=False)
    loadings = np.array([[draw(axis), draw(axis)] for _ in range(m)])
    unvoted = np.array(draw(st.lists(st.booleans(), min_size=m, max_size=m)))
    unvoted[draw(st.integers(0, m - 1))] = True
    return State(seen, passed, loadings), unvoted


@given(states())
def test_the_chances_are_those_of_the_definition_and_add_up(drawn):
    state, unvoted = drawn
    voted = np.flatnonzero(~unvoted)
    chance = probabilities(state, unvoted, voted)
    assert chance == pytest.approx(slow_probabilities(state, unvoted, voted), abs=1e-12)
    assert chance.sum() == pytest.approx(1)
    assert (chance[~unvoted] == 0).all()
    assert (chance[unvoted] >= EVEN / unvoted.sum() - 1e-12).all()


@given(states(), st.integers(0, 2**63), st.text(max_size=8), st.integers(0, 99))
def test_a_draw_is_repeatable_open_and_tells_its_chance(drawn, seed, person, count):
    state, unvoted = drawn
    voted = np.flatnonzero(~unvoted)
    one, two = (next_statement(state, unvoted, seed=seed, person=person, count=count, voted=voted) for _ in range(2))
    assert one == two
    assert unvoted[one.statement]
    assert one.probability == pytest.approx(probabilities(state, unvoted, voted)[one.statement])


def test_nothing_left_says_so():
    with pytest.raises(NothingLeftError, match="show the results"):
        next_statement(
            State(np.array([3]), np.array([0]), np.zeros((1, 2))), np.array([False]), seed=0, person="a", count=1
        )


def test_draws_come_as_often_as_their_chance():
    state = State(np.array([50, 5, 0, 20]), np.array([30, 0, 0, 1]), np.array([[1.0, 0], [0, 1], [0, 0], [2, 1]]))
    unvoted = np.array([True, True, True, False])
    chance = probabilities(state, unvoted, np.array([3]))
    drawn = [
        next_statement(state, unvoted, seed=7, person=f"p{i}", count=1, voted=np.array([3])).statement
        for i in range(20_000)
    ]
    share = np.bincount(drawn, minlength=4) / 20_000
    assert np.abs(share - chance).max() < 4 * np.sqrt(0.25 / 20_000)


class Crowd:
    """People of two camps who answer what they are shown; half of the statements come during the conversation."""

    def __init__(self, seed, statements=60, people=600):
        self.rng = np.random.default_rng(seed)
        self.m, self.people = statements, people
        self.opinion = np.clip(self.rng.normal(0.5, 0.35, (2, statements)), 0.02, 0.98)
        self.passes = self.rng.uniform(0, 0.4, statements)
        self.loadings = np.stack([(self.opinion[0] - self.opinion[1]) * 2, self.rng.normal(0, 0.2, statements)], 1)
        # Statement j is open from this person on.
        self.since = np.where(np.arange(statements) < statements // 2, 0, np.arange(statements) * people // statements)

    def run(self, choose):
        seen, passed, agreed = (np.zeros(self.m, np.int64) for _ in range(3))
        self.first = np.full(self.m, -1)
        shows = np.zeros(self.m, np.int64)
        for i in range(self.people):
            camp, open_ = i % 2, self.since <= i
            shows[open_] += 1
            voted = []
            for t in range(int(self.rng.integers(3, 16))):
                unvoted = open_.copy()
                unvoted[voted] = False
                if not unvoted.any():
                    break
                j = choose(State(seen, passed, self.loadings), agreed, unvoted, np.array(voted, np.int64), i, t)
                voted.append(j)
                roll = self.rng.random()
                seen[j] += 1
                passed[j] += roll < self.passes[j]
                agreed[j] += roll >= self.passes[j] and self.rng.random() < self.opinion[camp, j]
                if seen[j] == 10:
                    self.first[j] = shows[j]
        return seen


def ours(seed):
    def choose(state, _agreed, unvoted, voted, i, t):
        return next_statement(state, unvoted, seed=seed, person=f"p{i}", count=t, voted=voted).statement

    return choose


def evenly(seed):
    rng = np.random.default_rng(seed)
    return lambda _state, _agreed, unvoted, _voted, _i, _t: int(rng.choice(np.flatnonzero(unvoted)))


def as_polis(seed):
    rng = np.random.default_rng(seed)

    def choose(state, agreed, unvoted, _voted, _i, _t):
        s, p = state.seen, state.passed
        extremity = np.hypot(*state.loadings.T)
        weight = ((1 - (p + 1) / (s + 2)) * (extremity + 1) * (agreed + 1) / (s + 2) * (1 + 8 * 2.0 ** (-s / 5))) ** 2
        weight = weight * unvoted
        return int(rng.choice(len(s), p=weight / weight.sum()))

    return choose


def unevenness(seen):
    return seen.std() / seen.mean()


def test_exposure_is_more_even_than_by_lot_and_than_by_polis():
    found = {way: [unevenness(Crowd(s).run(way(s))) for s in range(3)] for way in (ours, evenly, as_polis)}
    assert max(found[ours]) < min(found[evenly])
    assert max(found[ours]) < min(found[as_polis])


def test_a_new_statement_has_ten_answers_within_twenty_five_visits():
    """Visits of others while it is open; thirty that open all at once may take longer."""
    crowd = Crowd(5)
    crowd.run(ours(5))
    late = (crowd.since > 0) & (crowd.since < crowd.people - 40)
    assert (crowd.first[late] >= 0).all()
    assert crowd.first[late].max() <= 25


def test_weighing_by_the_chance_gives_shares_without_bias():
    """Horvitz-Thompson: answers weighed by 1 / probability estimate what everybody would have answered."""
    m, people = 8, 400
    rng = np.random.default_rng(2)
    answer = rng.random((people, m)) < rng.uniform(0.1, 0.9, m)
    answer[:, 0] = np.arange(people) < people // 4  # those who come early agree: counting alone would overstate it
    truth, weighed, plain = answer.mean(0), [], []
    loadings = rng.normal(0, 1, (m, 2))
    for seed in range(60):
        seen, passed = np.zeros(m, np.int64), np.zeros(m, np.int64)
        total, agreed = np.zeros(m), np.zeros(m, np.int64)
        seen[1:] = 30  # statement 0 is new, so it is shown to the early ones above all
        for i in range(people):
            state = State(seen, passed, loadings)
            shown = next_statement(state, np.ones(m, np.bool_), seed=seed, person=f"p{i}", count=0)
            total[shown.statement] += answer[i, shown.statement] / shown.probability / people
            agreed[shown.statement] += answer[i, shown.statement]
            seen[shown.statement] += 1
        weighed.append(total)
        plain.append(agreed / np.maximum(seen - np.where(np.arange(m) > 0, 30, 0), 1))
    error = np.std(weighed, 0) / np.sqrt(len(weighed))
    assert (np.abs(np.mean(weighed, 0) - truth) < 3.5 * error).all()
    assert np.mean(plain, 0)[0] - truth[0] > 0.05


def test_worth_prefers_what_spreads_people_and_is_seldom_passed():
    state = State(np.full(3, 50), np.array([0, 0, 40]), np.array([[2.0, 0], [0.1, 0], [2.0, 0]]))
    assert worth(state).argmax() == 0
    assert worth(state)[1] < worth(state)[0]
    assert worth(state)[2] < worth(state)[0]
