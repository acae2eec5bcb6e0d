"""The running map against the map drawn anew, in whatever order its events come."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.opinions.components import components
from madang.engines.opinions.polis import project
from madang.engines.opinions.residual import residual
from madang.engines.opinions.running import RunningMap
from madang.engines.opinions.votes import VotesError, collect
from tests.engines.opinions.conversations import invented

VOTE = st.tuples(st.integers(0, 5), st.integers(0, 6), st.sampled_from([-1, 0, 1, None]))
RULING = st.tuples(st.integers(0, 6), st.booleans(), st.booleans())


def replay(events, order, **options):
    running = RunningMap(**options)
    for k in order:
        if len(events[k]) == 3 and not isinstance(events[k][1], bool):
            person, statement, value = events[k]
            running.vote(k, f"p{person}", f"s{statement}", value)
        else:
            statement, hidden, meta = events[k]
            running.moderate(k, f"s{statement}", hidden=hidden, meta=meta)
    return running


def plain(events):
    """The obvious twin: a dictionary that is written over, then collected."""
    held, rulings, seen = {}, {}, set()
    for event in events:
        if isinstance(event[1], bool):
            rulings[event[0]] = event[1:]
            seen.add(event[0])
        else:
            held[event[:2]] = event[2]
            seen.add(event[1])
    pairs = sorted((i, j, x) for (i, j), x in held.items() if x is not None)
    people, statements = sorted({i for i, _, _ in pairs}), sorted(seen)
    return collect(
        [f"p{i}" for i in people],
        [f"s{j}" for j in statements],
        [people.index(i) for i, _, _ in pairs],
        [statements.index(j) for _, j, _ in pairs],
        [x for _, _, x in pairs],
        hidden=frozenset(statements.index(j) for j, (hidden, _) in rulings.items() if hidden),
        meta=frozenset(statements.index(j) for j, (_, meta) in rulings.items() if meta),
    )


@given(st.lists(VOTE | RULING, max_size=60), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_order_gives_the_same_bytes_and_the_map_drawn_anew(events, random):
    order = list(range(len(events)))
    first = replay(events, order)
    random.shuffle(order)
    again = replay(events, [*order, *order[:5]])
    sparse = replay(events, order, summed=0)
    assert first.snapshot().digest() == again.snapshot().digest()
    twin = plain(events)
    assert first.votes().digest() == again.votes().digest() == sparse.votes().digest() == twin.digest()
    assert first.snapshot().people == len(twin.people)
    told, fresh = first.snapshot(), components(residual(twin))
    assert told.components.values == pytest.approx(fresh.values, abs=1e-9)
    assert sparse.snapshot().components.values == pytest.approx(fresh.values, abs=1e-9)
    assert told.mean == pytest.approx(residual(twin).mean)


def test_sums_are_those_of_the_dense_residual():
    votes = invented(2, people=60, statements=30)
    running = RunningMap.of(votes)
    for k, (i, j) in enumerate([(3, 4), (9, 4), (3, 5), (11, 29)], 1):
        running.vote(k, f"p{i}", f"s{j}", 1)
    running.vote(9, "p3", "s5", None)
    running.moderate(10, "s7", hidden=True)
    now = running.votes()
    table = residual(now)
    cells = np.where(table.zeroed[now.statement], 0.0, now.value - table.mean[now.statement])
    rows = np.zeros((len(now.people), len(now.statements)))
    rows[now.person, now.statement] = cells
    at = [now.statements.index(name) for name in running.statements]
    m = len(at)
    assert running._sums.gram[:m, :m] == pytest.approx((rows.T @ rows)[np.ix_(at, at)], abs=1e-9)


@pytest.mark.parametrize("summed", [4000, 0])
def test_components_follow_and_people_stand_where_the_map_puts_them(summed):
    votes = invented(5, people=400, statements=60)
    running = RunningMap.of(votes, number=10, summed=summed)
    rng = np.random.default_rng(0)
    for k in range(11, 80):
        person, statement = f"p{rng.integers(400)}", f"s{rng.integers(60)}"
        running.vote(k, person, statement, int(rng.integers(-1, 2)))
        running.axes  # noqa: B018 - somebody looks at the map
    now, exact = running.votes(), running.snapshot().components.axes
    order = [now.statements.index(name) for name in running.statements]
    assert np.abs((running.axes * exact[order]).sum(axis=0)) == pytest.approx(1, abs=1e-6)
    points = project(residual(now), components(residual(now)))
    for person in ("p0", "p7", "p399"):
        own = running.place(running.votes_of(person))
        assert np.abs(own) == pytest.approx(np.abs(points[now.people.index(person)]), abs=1e-3)


def test_a_point_from_the_third_vote_on_what_is_shown():
    running = RunningMap.of(invented(5))
    assert running.place({"s1": 1, "s2": 0}) is None
    assert running.place({"s1": 1, "s2": 0, "unknown": 1}) is None
    assert running.place({"s1": 1, "s2": 0, "s3": -1}) is not None
    running.moderate(5, "s2", hidden=True)
    assert running.place({"s1": 1, "s2": 0, "s3": -1}) is None


def test_late_and_repeated_events_change_nothing():
    running = RunningMap()
    assert running.vote(5, "a", "s", 1)
    assert not running.vote(5, "a", "s", 1)
    assert not running.vote(4, "a", "s", -1)
    assert not running.vote(6, "a", "s", 1)
    assert running.vote(8, "a", "s", None)
    assert not running.vote(7, "a", "s", 0)
    assert running.votes_of("a") == running.votes_of("nobody") == {}
    assert running.moderate(3, "s", hidden=True)
    assert not running.moderate(2, "s", hidden=False)
    assert not running.moderate(4, "s", hidden=True)
    with pytest.raises(VotesError, match="Two different votes have the number 8"):
        running.vote(8, "a", "s", 1)
    with pytest.raises(VotesError, match="A vote is 1"):
        running.vote(9, "a", "s", 2)


def test_going_on_from_votes_ignores_what_they_hold():
    votes = invented(1)
    running = RunningMap.of(votes, number=100)
    person, statement = votes.people[votes.person[0]], votes.statements[votes.statement[0]]
    assert not running.vote(100, person, statement, None)
    assert running.vote(101, person, statement, None)
    assert statement not in running.votes_of(person)


def test_statements_come_while_it_runs_until_sums_are_too_many():
    running = RunningMap(summed=40)
    rng = np.random.default_rng(3)
    for k in range(2000):
        running.vote(k, f"p{rng.integers(40)}", f"s{rng.integers(1 + k // 40)}", int(rng.integers(-1, 2)))
        if k % 100 == 0:
            assert len(running.axes) == len(running.statements)
    assert len(running.statements) > 40
    assert running._sums is None
    fresh = components(residual(running.votes()))
    assert running.snapshot().components.values == pytest.approx(fresh.values)
