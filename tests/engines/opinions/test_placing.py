"""Placing somebody on a map that was drawn: the same formula, so that whoever has not voted since stands still."""

from __future__ import annotations

import numpy as np
import pytest

from madang.engines.opinions import outline, placing
from madang.engines.opinions.maps import opinion_map
from madang.engines.opinions.votes import collect


def talked(seed: int = 3, people: int = 80, statements: int = 24):
    """Two camps with missing votes; one statement rejected, one about the process."""
    draw = np.random.default_rng(seed)
    camp, side = draw.integers(0, 2, people) * 2 - 1, draw.choice([-1, 0, 1], statements)
    chance = draw.random((people, statements))
    said = np.where(chance < 0.75, np.outer(camp, side), np.where(chance < 0.85, 0, -1)).astype(int)
    who, what = np.nonzero(draw.random((people, statements)) < 0.6)
    names = tuple(map(str, range(people)))
    marks = {"hidden": frozenset({2}), "meta": frozenset({5})}
    return collect(names, tuple(map(str, range(statements))), who, what, said[who, what], **marks)


@pytest.mark.parametrize("method", ["honest", "polis"])
def test_whoever_has_not_voted_since_stands_where_the_map_put_them(method) -> None:
    votes = talked()
    told = opinion_map(votes, method=method, seed=1)
    axes = placing.from_json(placing.as_json(placing.axes_of(told)))
    again = placing.place(axes, votes.person, votes.statement, votes.value, people=len(votes.people))
    there = ~np.isnan(again).any(axis=1)
    assert there.all()
    np.testing.assert_allclose(again, told.points, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("method", ["honest", "polis"])
def test_another_vote_moves_its_person_and_nobody_else(method) -> None:
    votes = talked()
    axes = placing.axes_of(opinion_map(votes, method=method, seed=1))
    before = placing.place(axes, votes.person, votes.statement, votes.value, people=80)
    value = votes.value.copy()
    mine = np.flatnonzero((votes.person == 7) & axes.counted[votes.statement])
    value[mine] = -value[mine]
    after = placing.place(axes, votes.person, votes.statement, value, people=80)
    moved = np.abs(after - before).max(axis=1) > 1e-9
    assert moved[7] and moved.sum() == 1


def test_nobody_stands_anywhere_without_a_vote_that_counts() -> None:
    axes = placing.axes_of(opinion_map(talked(), method="polis"))
    points = placing.place(axes, [0, 1], [2, 0], [1, 1], people=3)
    assert np.isnan(points[[0, 2]]).all() and not np.isnan(points[1]).any()


def test_an_outline_holds_the_inner_share_and_leaves_the_far_out() -> None:
    draw = np.random.default_rng(0)
    points = np.vstack([draw.normal(size=(200, 2)), [[50.0, 50.0], [np.nan, 0.0]]])
    corners = np.array(outline.hull(points))
    assert np.abs(corners).max() < 5
    edges = np.roll(corners, -1, axis=0) - corners
    following = np.roll(edges, -1, axis=0)
    assert (edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0] > 0).all()


def test_an_outline_of_few_people_is_what_there_is() -> None:
    assert outline.hull(np.empty((0, 2))) == []
    assert outline.hull(np.array([[1.0, 2.0]])) == [(1.0, 2.0)]
    assert outline.hull(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), share=1.0) == [(0.0, 0.0), (2.0, 2.0)]
