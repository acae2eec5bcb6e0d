"""Each stage of the Polis method beside a slow, obvious twin; and input that is no ordinary conversation."""

import json
from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import silhouette_score

from madang.engines.opinions import represent
from madang.engines.opinions.components import components, deflated, power
from madang.engines.opinions.intervals import share
from madang.engines.opinions.kmeans import kmeans, silhouette
from madang.engines.opinions.maps import line, opinion_map, published, recompute
from madang.engines.opinions.polis import groups, included, most_groups, polis_map, project
from madang.engines.opinions.residual import residual
from madang.engines.opinions.votes import Votes, VotesError, collect
from tests.engines.opinions.conversations import dense, invented


def filled(votes):
    """What Polis decomposes: moderated columns 0, gaps filled with means, then centered. And its mask."""
    cells = dense(votes)
    cells = cells[:, ~np.isnan(cells).all(axis=0)]
    mask = ~np.isnan(cells)
    mean = np.nanmean(cells, axis=0)
    return np.where(mask, cells, mean) - mean, mask


@pytest.mark.parametrize("statements", [3, 20, 60])
def test_components_are_those_of_the_dense_matrix(statements):
    votes = invented(statements, statements=statements)
    rows, _ = filled(votes)
    _, lengths, axes = np.linalg.svd(rows, full_matrices=False)
    found = components(residual(votes))
    assert found.values == pytest.approx(lengths[:2] ** 2)
    assert np.abs((found.axes.T * axes[:2]).sum(axis=1)) == pytest.approx(1, abs=1e-9)


def test_places_are_those_of_the_dense_matrix():
    votes = invented(8)
    rows, mask = filled(votes)
    found = components(residual(votes))
    scale = np.sqrt(rows.shape[1] / np.maximum(mask.sum(axis=1), 1))
    assert project(residual(votes), found) == pytest.approx(scale[:, None] * (rows @ found.axes), abs=1e-9)


def test_the_power_method_of_polis_arrives_at_the_same_components():
    """Started anew, a hundred steps do not suffice for close eigenvalues; going on from there, they do."""
    table = residual(invented(11, people=300))
    exact = components(table)
    vector = np.random.default_rng(0).random(len(table.column))
    for _ in range(5):
        vector, length = power(table.gram, vector)
    assert length == pytest.approx(exact.values[0])
    assert abs(vector @ exact.axes[:, 0]) == pytest.approx(1, abs=1e-9)
    second = np.random.default_rng(1).random(len(table.column))
    for _ in range(5):
        second, _ = power(deflated(table.gram, vector), second)
    assert abs(second @ exact.axes[:, 1]) == pytest.approx(1, abs=1e-6)


def test_two_seeds_differ_by_rounding_only():
    table = residual(invented(4, people=300, statements=80))
    one, other = (components(table, seed=seed).axes for seed in (0, 1))
    assert one == pytest.approx(other, abs=1e-9)


def slow_kmeans(points, k, weights, rounds):
    centers = list(dict.fromkeys(map(tuple, points.tolist())))[:k]
    ids = list(range(len(centers)))
    while True:
        nearest = []
        for x, y in points.tolist():
            apart = [(x - cx) ** 2 + (y - cy) ** 2 for cx, cy in centers]
            nearest.append(max(c for c, one in enumerate(apart) if one == min(apart)))
        kept = sorted(set(nearest))
        after = [
            tuple(np.average(points[np.array(nearest) == c], axis=0, weights=weights[np.array(nearest) == c]))
            for c in kept
        ]
        ids = [ids[c] for c in kept]
        moved = [
            sqrt((a - c) ** 2 + (b - d) ** 2) for (a, b), (c, d) in zip(sorted(centers), sorted(after), strict=False)
        ]
        centers = after
        if rounds == 0 or all(one < 0.01 for one in moved):
            return [ids[kept.index(c)] for c in nearest], centers
        rounds -= 1


GRID = st.tuples(st.integers(-6, 6), st.integers(-6, 6)).map(lambda at: (at[0] / 2, at[1] / 2))
CLOUD = st.tuples(st.floats(-5, 5, width=32), st.floats(-5, 5, width=32))


@given(
    st.lists(GRID, min_size=1, max_size=60) | st.lists(CLOUD, min_size=1, max_size=60),
    st.integers(1, 12),
    st.integers(0, 2**32),
)
@settings(max_examples=80, deadline=None)
def test_kmeans_is_the_plain_one(cloud, k, seed):
    """Also on a grid, where many points stand exactly between centers."""
    points = np.array(cloud, dtype=np.float64)
    weights = np.random.default_rng(seed).integers(1, 5, len(points)).astype(float)
    label, centers = slow_kmeans(points, k, weights, 20)
    found = kmeans(points, k, weights=weights, rounds=20)
    assume(np.allclose(found.centers, centers))  # sums in another order may turn a tie
    assert found.ids[found.label].tolist() == label


@given(st.lists(GRID, min_size=1, max_size=60), st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_a_point_between_centers_goes_to_the_later_one(cloud, k):
    """One round, from the first distinct points: on a grid of halves all distances are exact."""
    points = np.array(cloud, dtype=np.float64)
    label, _ = slow_kmeans(points, k, np.ones(len(points)), 0)
    found = kmeans(points, k, rounds=0)
    assert found.ids[found.label].tolist() == label


def test_kmeans_of_many_passes_nobody_over():
    """After the last round but one, everybody is at the nearest center: the bounds lost none."""
    points = np.random.default_rng(1).standard_normal((20_000, 2)) @ np.diag([3, 1])
    found = kmeans(points, 100, rounds=100)
    apart = ((points[:, None] - found.centers[None]) ** 2).sum(axis=2)
    own = apart[np.arange(len(points)), found.label]
    assert (np.sqrt(own) <= np.sqrt(apart.min(axis=1)) + 0.02).all()
    label, _ = slow_kmeans(points[:400], 40, np.ones(400), 100)
    assert kmeans(points[:400], 40, rounds=100).label.tolist() == label


@given(st.integers(0, 2**32), st.integers(2, 6))
@settings(max_examples=30, deadline=None)
def test_silhouette_is_the_known_one(seed, k):
    rng = np.random.default_rng(seed)
    points, label = rng.standard_normal((40, 2)), rng.integers(0, k, 40).astype(np.int32)
    if len(set(label.tolist())) > 1:
        assert silhouette(points, label) == pytest.approx(silhouette_score(points, label))


def slow_representative(agree, disagree, seen, allowed, g):  # noqa: C901
    """The rules as one would tell them, statement by statement."""

    def stats(count, j):
        a, s = int(count[g, j]), int(seen[g, j])
        b, t = int(count[:, j].sum()) - a, int(seen[:, j].sum()) - s
        p, rest = (a + 1) / (s + 2), (b + 1) / (t + 2)
        test = 2 * sqrt(s + 1) * ((a + 1) / (s + 1) - 0.5)
        pooled = (a + b + 2) / (s + t + 2)
        two = 0.0
        if pooled != 1:
            two = ((a + 1) / (s + 1) - (b + 1) / (t + 1)) / sqrt(pooled * (1 - pooled) * (1 / (s + 1) + 1 / (t + 1)))
        return a, p, test, p / rest, two

    sufficient, best, agreed = [], None, None
    for j in np.flatnonzero(allowed).tolist():
        yes, no = stats(agree, j), stats(disagree, j)
        told = ("agree", *yes) if yes[4] > no[4] else ("disagree", *no)
        if (yes[4] > 1.2816 and yes[2] > 1.2816) or (no[4] > 1.2816 and no[2] > 1.2816):
            sufficient.append((j, told))
        if not sufficient and (best is None or max(yes[4], no[4]) > best[2]):
            best = (j, told, max(yes[4], no[4]))
        if yes[0] or no[0]:
            whole, liked = yes[3] * yes[4] * yes[1] * yes[2], yes[1] * yes[2]
            if agreed is None:
                better = yes[2] > 1.2816 or (yes[3] > 1 and yes[1] > 0.5)
            elif agreed[3] > 1:
                better = whole > agreed[4]
            else:
                better = liked > agreed[5]
            if better:
                agreed = (j, told, None, yes[3], whole, liked)
    first = [agreed[:2]] if agreed else []
    if not sufficient:
        return [(j, told[0]) for j, told in (first or ([best[:2]] if best else []))]
    rest = [one for one in sufficient if not agreed or one[0] != agreed[0]]
    rest.sort(key=lambda one: -one[1][4] * one[1][5] * one[1][2] * one[1][3])
    chosen = (first + rest)[:5]
    return [(j, told[0]) for wanted in ("agree", "disagree") for j, told in chosen if told[0] == wanted]


@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 25), st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_representative_statements_are_those_of_the_plain_rules(seed, k, m, most):
    rng = np.random.default_rng(seed)
    agree, disagree, passed = (rng.integers(0, most, (k, m)) for _ in range(3))
    seen, allowed = agree + disagree + passed, rng.random(m) < 0.9
    found = represent.representative(agree, disagree, seen, allowed)
    for g in range(k):
        expected = slow_representative(agree, disagree, seen, allowed, g)
        assert [(one.statement, one.direction) for one in found[g]] == expected


def test_one_vote_passes_both_tests_as_it_does_in_polis():
    """A known weakness, kept: pat(1, 1) = 1.414, and one agree against 30 of 60 elsewhere gives 1.370."""
    one, rest = np.array([1]), np.array([30])
    assert represent.share_test(one, one).item() == pytest.approx(1.414, abs=1e-3)
    assert represent.two_share_test(one, rest, one, np.array([60])).item() == pytest.approx(1.370, abs=1e-3)


def test_priorities_by_hand():
    agree, passed, seen = np.array([0, 20, 3]), np.array([0, 3, 0]), np.array([0, 20, 3])
    found = represent.priority(agree, passed, seen, np.array([0.0, 1.0, 5.0]), np.array([False, False, True]))
    assert found == pytest.approx([5.0625, ((1 - 4 / 22) * 2 * 21 / 22 * (1 + 8 / 16)) ** 2, 49])


def test_who_is_in():
    person = [i for i, n in enumerate([7, 6, 3, 3, 1]) for _ in range(n)]
    statement = [j for n in [7, 6, 3, 3, 1] for j in range(n)]
    votes = collect("abcdef", "0123456789", person, statement, [1] * len(person))
    assert included(residual(votes)).tolist() == [0, 1, 2, 3, 4], "fewer than 15: everybody who voted"
    many = collect(
        [str(i) for i in range(40)], "0123456789", np.repeat(np.arange(40), 7), list(range(7)) * 40, [1] * 280
    )
    assert len(included(residual(many))) == 40
    assert most_groups(5), most_groups(12) == (2, 3)


def shuffled_people(votes, order):
    """The same votes with people listed otherwise."""
    place = np.argsort(order)
    return collect(
        [votes.people[i] for i in order], votes.statements, place[votes.person], votes.statement, votes.value
    )


def test_history_keeps_people_directions_and_the_number_of_groups():
    first = polis_map(invented(3, people=150, camps=3))
    votes = invented(3, people=150, camps=3)
    fewer = Votes(votes.people, votes.statements, votes.person[:-40], votes.statement[:-40], votes.value[:-40])
    later = polis_map(fewer, previous=first)
    assert set(np.flatnonzero(first.group >= 0)) - set(np.flatnonzero(later.counted == 0)) == set(
        np.flatnonzero(later.group >= 0)
    ), "who was in stays in"
    flipped = polis_map(collect(votes.people, votes.statements, votes.person, votes.statement, -votes.value))
    turned = polis_map(votes, previous=flipped)
    for c in range(2):
        assert np.dot(turned.trace["components"][c], flipped.trace["components"][c]) > 0
    assert (later.trace["k_wanted_rounds"] > 1) == (later.trace["k_wanted"] == first.trace["k_wanted"])


def test_another_number_of_groups_is_shown_after_four_rounds():
    two, five = (kmeans(np.random.default_rng(s).standard_normal((60, 2)), 60) for s in (0, 1))
    now = groups(five)
    from madang.engines.opinions.polis import History

    other = next(k for k in now.tried if k != now.wanted)
    shown = []
    history = History((), np.zeros((0, 2)), (), np.zeros(0, np.int64), two.label[:0], {}, other, 9, other)
    for _ in range(5):
        now = groups(five, history)
        shown.append(now.shown)
        history = History((), history.axes, (), history.inside, history.base, {}, now.wanted, now.rounds, now.shown)
    assert shown == [other] * 3 + [now.wanted] * 2


def odd():
    rng = np.random.default_rng(0)
    people, statements = [f"사람 {i}" for i in range(40)], [f"s-{j}" for j in range(30)]
    who, what = np.repeat(np.arange(40), 30), list(range(30)) * 40
    random = rng.integers(-1, 2, 1200)
    return {
        "nobody": collect((), (), [], [], []),
        "no votes": collect(people, statements, [], [], []),
        "one vote": collect(("a", "b"), ("s", "t"), [0], [0], [1]),
        "one person": collect(("a",), statements, [0] * 30, range(30), random[:30]),
        "one statement": collect(people, ("s",), range(40), [0] * 40, random[:40]),
        "two statements": collect(people, ("s", "t"), list(range(40)) * 2, [0] * 40 + [1] * 40, random[:80]),
        "everything passed": collect(people, statements, who, what, [0] * 1200),
        "all alike": collect(people, statements, who, what, list(random[:30]) * 40),
        "one direction": collect(people, statements, who, what, np.repeat([1, -1] * 20, 30)),
        "all rejected": collect(people, statements, who, what, random, hidden=frozenset(range(30))),
        "voted twice": collect(people, statements, [*who, *who], [*what, *what], [*random, *random[::-1]]),
        "three people": collect("abc", statements, np.repeat([0, 1, 2], 30), list(range(30)) * 3, random[:90]),
        "silent ones": collect([*people, "x"], [*statements, "y"], who, what, random, meta=frozenset({30, 2})),
    }


@pytest.mark.parametrize("name", list(odd()))
def test_any_input_is_answered_and_can_be_verified(name):
    votes = odd()[name]
    told = polis_map(votes)
    text = json.dumps(line(votes, told), allow_nan=False)
    recompute(json.loads(text))
    assert json.dumps(line(votes, polis_map(votes))) == text
    assert len(told.points) == len(votes.people)
    assert np.isnan(told.points[:, 0]).tolist() == (told.counted == 0).tolist()
    assert sum(group.size for group in told.groups) == (told.group >= 0).sum()
    again = polis_map(votes, previous=polis_map(votes, previous=told))
    assert len(again.groups) <= 5


def test_rejected_statements_count_as_voted_by_everybody_and_are_named_nowhere():
    votes = odd()["silent ones"]
    hidden = Votes(
        votes.people, votes.statements, votes.person, votes.statement, votes.value, frozenset({0, 1}), frozenset({2})
    )
    told = polis_map(hidden)
    named = {one.statement for group in told.groups for one in group.findings}
    named |= {one.statement for part in (told.consensus, told.bridges, told.divisive) for one in part}
    assert named.isdisjoint({"s-0", "s-1", "s-2"})
    assert residual(hidden).seen[0] == 30
    assert told.statement_scores[2].priority == 49
    assert told.statement_scores[0].seen == 40


def test_a_changed_map_or_vote_is_found():
    votes = invented(1)
    told = line(votes, polis_map(votes))
    recompute(told)
    for change, words in (
        (lambda one: one["published"]["points"][3].update(x=9.0), "points 3 x"),
        (lambda one: one["published"].pop("consensus"), "consensus of the map is another"),
        (lambda one: one["published"].update(note="all agree"), "note of the map is another"),
        (lambda one: one.update(published=None), "everything of the map is another"),
        (lambda one: one["published"].update(votes=True), "votes of the map is another"),
        (lambda one: one.update(method="dice"), "no map is drawn by 'dice'"),
        (lambda one: one.update(seed="0"), "with the seed '0'"),
        (lambda one: one["published"]["groups"].pop(), "groups"),
        (lambda one: one["votes"]["value"].__setitem__(0, 0 if one["votes"]["value"][0] else 1), "digest"),
        (lambda one: one.pop("votes"), "can't be read"),
        (lambda one: one.update(version="opinions-0.9"), "drawn by opinions-0.9"),
    ):
        forged = json.loads(json.dumps(told))
        change(forged)
        with pytest.raises(ValueError, match=words):
            recompute(forged)


@pytest.mark.parametrize("method", ["polis", "honest"])
def test_the_record_is_verified_with_its_maps(method):
    """As `madang record verify` does it: by the kind of the line."""
    from madang.web.commands.record import _recomputers

    votes = invented(2, people=60)
    told = json.loads(json.dumps(line(votes, opinion_map(votes, method=method, seed=3))))
    check = _recomputers()[told["result"]]
    check(told)
    told["published"]["statement_scores"][0]["agree"] += 1
    with pytest.raises(ValueError, match="statement_scores 0 agree of the map is another"):
        check(told)


def test_published_numbers_have_ten_digits_and_ids_are_text():
    told = published(polis_map(invented(1)))
    assert all(isinstance(point["id"], str) for point in told["points"])
    x = told["points"][0]["x"]
    assert x == float(f"{x:.10g}")


def test_votes_that_may_not_be_written_to_are_read_by_the_same_loops():
    from madang.engines.opinions import kernels

    votes = invented(1)
    before = published(polis_map(votes))
    compiled = len(kernels.gram.signatures)
    for part in (votes.person, votes.statement, votes.value):
        part.flags.writeable = False
    assert published(polis_map(votes)) == before
    assert len(kernels.gram.signatures) == compiled


def test_a_consensus_of_few_is_marked():
    yes = collect([str(i) for i in range(25)], ("many", "few"), [*range(25), *range(6)], [0] * 25 + [1] * 6, [1] * 31)
    assert {one.statement: one.few for one in polis_map(yes).consensus} == {"many": False, "few": True}


def test_there_are_two_methods():
    with pytest.raises(VotesError, match="no method k-means: choose honest or polis"):
        opinion_map(invented(1), method="k-means")


def test_the_interval_is_wilsons():
    for count, n in ((0, 5), (5, 5), (1, 7), (120, 400)):
        one = share(count, n)
        known = binomtest(count, n).proportion_ci(method="wilson")
        assert (one.low, one.high) == pytest.approx((known.low, known.high), abs=1e-12)
    assert (share(0, 0).low, share(0, 0).high) == (0, 1)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_votes_give_a_map_that_can_be_published_and_gone_on_from(data):
    previous = None
    people, statements = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 12))
    for _ in range(2):
        event = st.tuples(
            st.integers(0, people - 1),
            st.integers(0, statements - 1),
            st.sampled_from(data.draw(st.sampled_from(SAID))),
        )
        events = data.draw(st.lists(event, max_size=80))
        votes = collect(
            [f"p{i}" for i in range(people)],
            [f"s{j}" for j in range(statements)],
            [i for i, _, _ in events],
            [j for _, j, _ in events],
            [x for _, _, x in events],
            hidden=frozenset(data.draw(st.sets(st.integers(0, statements - 1), max_size=3))),
        )
        told = polis_map(votes, previous=previous)
        json.dumps(published(told), allow_nan=False)
        assert sum(group.size for group in told.groups) == (told.group >= 0).sum()
        assert bool(told.groups) == bool(events)
        assert set(told.group[told.group >= 0].tolist()) == {group.id for group in told.groups}
        previous = told
        people, statements = people + 3, statements + 1


SAID = ((-1, 0, 1), (-1, 1), (0,), (1,))
