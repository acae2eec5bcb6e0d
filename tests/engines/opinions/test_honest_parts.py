"""Every number of the honest map beside a slow obvious way to get it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control, hypergeom
from sklearn.metrics import adjusted_rand_score

from madang.engines.opinions import bridging, drawing, factors, findings, grouping, ranks, shares
from madang.engines.opinions.cells import Cells, kept, rows_of, some_people
from madang.engines.opinions.intervals import q_values, wilson
from madang.engines.opinions.testing_kernels import upper_tail
from madang.engines.opinions.votes import collect
from tests.engines.opinions.conversations import dense, invented

compiled = settings(deadline=None)  # the first example pays for compiling
seeds = st.integers(0, 2**32 - 1)


@st.composite
def conversations(draw):
    people, statements = draw(st.integers(1, 14)), draw(st.integers(1, 7))
    cell = st.sampled_from((None, None, -1, 0, 1))
    rows = [(i, j, draw(cell)) for i in range(people) for j in range(statements)]
    person, statement, value = zip(*[r for r in rows if r[2] is not None] or [(0, 0, 1)], strict=True)
    names = draw(st.permutations([f"p{i}" for i in range(people)]))
    return collect(names, [f"s{j}" for j in range(statements)], person, statement, value)


# Order and draws


@compiled
@given(conversations())
def test_rows_hold_the_votes_by_name(votes):
    cells, told = rows_of(votes), {}
    for i in range(cells.n):
        for e in range(cells.ptr[i], cells.ptr[i + 1]):
            told[votes.people[cells.people[i]], votes.statements[cells.statements[cells.statement[e]]]] = cells.value[e]
    names = (
        [votes.people[i] for i in cells.people],
        [votes.statements[j] for j in cells.statements],
    )
    assert all(list(x) == sorted(x) for x in names)
    pairs = zip(votes.person, votes.statement, votes.value, strict=True)
    assert told == {(votes.people[i], votes.statements[j]): x for i, j, x in pairs}


@compiled
@given(conversations(), seeds)
def test_halves_and_fifths_are_fair_to_everybody(votes, seed):
    cells = rows_of(votes)
    half, four = drawing.halves(cells, seed), drawing.thinned(cells, seed)
    for low, high in zip(cells.ptr[:-1], cells.ptr[1:], strict=True):
        assert abs(2 * int(half[low:high].sum()) - (high - low)) <= 1
        assert (high - low) // 5 <= (high - low) - int(four[low:high].sum()) <= -(-(high - low) // 5)


@compiled
@given(conversations(), seeds)
def test_dealing_anew_keeps_what_each_statement_got_and_who_saw_what(votes, seed):
    cells = rows_of(votes)
    dealt = drawing.permuted(cells, *drawing.by_statement(cells), seed)
    assert (dealt.ptr == cells.ptr).all()
    assert (dealt.statement == cells.statement).all()
    for j in range(cells.m):
        at = cells.statement == j
        assert sorted(dealt.value[at]) == sorted(cells.value[at])


def test_dealing_anew_is_uniform():
    cells = rows_of(collect(["a", "b", "c"], ["s"], [0, 1, 2], [0, 0, 0], [1, 0, -1]))
    order, starts = drawing.by_statement(cells)
    seen = [tuple(drawing.permuted(cells, order, starts, seed).value.tolist()) for seed in range(6000)]
    counts = np.unique(seen, axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)


@compiled
@given(conversations(), seeds)
def test_some_people_and_some_votes_are_those_asked_for(votes, seed):
    cells = rows_of(votes)
    rng = np.random.default_rng(seed)
    chosen = np.flatnonzero(rng.random(cells.n) < 0.5)
    part = some_people(cells, chosen)
    assert [part.value[a:b].tolist() for a, b in zip(part.ptr[:-1], part.ptr[1:], strict=True)] == [
        cells.value[cells.ptr[i] : cells.ptr[i + 1]].tolist() for i in chosen
    ]
    keep = drawing.halves(cells, seed)
    assert kept(cells, keep).value.tolist() == cells.value[keep == 1].tolist()


# Places


def slow_fit(cells: Cells, keep, rank, seed, ridges, sweeps):
    """Alternating ridge regressions by numpy, a person and a statement at a time."""
    x = np.full((cells.n, cells.m), np.nan)
    row = np.repeat(np.arange(cells.n), cells.counted())
    x[row[keep == 1], cells.statement[keep == 1]] = cells.value[keep == 1]
    seen = ~np.isnan(x)
    mean = np.nansum(x) / max(seen.sum(), 1)
    mu = (np.nansum(x, 0) + ridges.intercept * mean) / (seen.sum(0) + ridges.intercept)
    start = np.empty((cells.m, rank))
    factors.fitting_kernels.start(cells.m, rank, seed, start)
    g = start
    person = ridges.person * np.eye(rank)
    statement = np.diag([ridges.statement] * rank + [ridges.intercept])
    for sweep in range(sweeps + 1):
        g = factors.leveled(g)
        f = np.array(
            [np.linalg.solve(g[s].T @ g[s] + person, g[s].T @ (r[s] - mu[s])) for r, s in zip(x, seen, strict=True)]
        )
        if sweep == sweeps:
            return f, g, mu
        z = np.hstack([f, np.ones((cells.n, 1))])
        both = []
        for j in range(cells.m):
            s = seen[:, j]
            right = z[s].T @ x[s, j] + np.array([0.0] * rank + [ridges.intercept * mean])
            both.append(np.linalg.solve(z[s].T @ z[s] + statement, right))
        g, mu = np.array(both)[:, :rank], np.array(both)[:, rank]
    return None


@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_fit_is_that_of_plain_ridge_regressions(rank, seed):
    cells = rows_of(invented(seed, people=40, statements=12))
    keep = drawing.thinned(cells, seed)
    told = factors.fit(cells, keep, rank=rank, seed=seed, sweeps=4)
    f, g, mu = slow_fit(cells, keep, rank, seed, factors.Ridges(), 4)
    assert told.people == pytest.approx(f, abs=1e-7)
    assert told.statements == pytest.approx(g, abs=1e-7)
    assert told.intercept == pytest.approx(mu, abs=1e-7)


@compiled
@given(conversations(), seeds)
def test_turning_changes_nothing_that_is_predicted(votes, seed):
    cells = rows_of(votes)
    told = factors.fit(cells, seed=seed)
    points, loadings, _ = factors.turned(told)
    assert points @ loadings.T == pytest.approx(told.people @ told.statements.T, abs=1e-6)
    across = points.T @ points
    assert across - np.diag(np.diag(across)) == pytest.approx(np.zeros((2, 2)), abs=1e-6)
    assert across[0, 0] >= across[1, 1] - 1e-9


def test_the_covariance_is_the_inverse_of_the_normal_equations():
    cells = rows_of(invented(1, people=30, statements=9))
    told = factors.fit(cells, seed=1, rank=3)
    _, _, turn = factors.turned(told)
    out = factors.spread(cells, told, turn)
    for i in range(cells.n):
        g = told.statements[cells.statement[cells.ptr[i] : cells.ptr[i + 1]]]
        slow = told.noise * turn.T @ np.linalg.inv(g.T @ g + told.ridges.person * np.eye(3)) @ turn
        assert out[i] == pytest.approx(slow, rel=1e-9)


def test_few_votes_stay_near_the_middle_and_are_unsure():
    rows = [(i, j, 1 if (i < 30) == (j < 10) else -1) for i in range(60) for j in range(20)]
    rows += [(60, 0, 1), (60, 1, 1)]
    cells = rows_of(collect([f"p{i:02}" for i in range(61)], [f"s{j:02}" for j in range(20)], *zip(*rows, strict=True)))
    told = factors.fit(cells, seed=0)
    points, _, turn = factors.turned(told)
    radius = np.hypot(*points.T)
    assert radius[60] < 0.5 * radius[:60].min()
    width = factors.spread(cells, told, turn)[:, 0, 0]
    assert width[60] > 1.5 * width[:60].max()


def test_more_directions_only_where_they_predict():
    rng = np.random.default_rng(0)

    def camps(k):
        camp, profile = rng.integers(0, k, 400), rng.choice([-1, 1], (k, 60))
        person, statement = np.nonzero(rng.random((400, 60)) < 0.5)
        flip = np.where(rng.random(len(person)) < 0.9, 1, -1)
        names = [f"p{i:03}" for i in range(400)], [f"s{j:02}" for j in range(60)]
        return rows_of(collect(*names, person, statement, profile[camp[person], statement] * flip))

    assert [ranks.rank_of(camps(k), 1) for k in (1, 2, 3, 7)] == [2, 2, 2, 6]


# Groups


@compiled
@given(st.integers(1, 40), st.integers(2, 5), seeds)
def test_the_rand_index_is_that_of_scikit_learn(n, k, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, k, n).astype(np.int32), rng.integers(0, k, n).astype(np.int32)
    trivial = any(len(set(x)) in (1, n) for x in (a.tolist(), b.tolist()))
    assert grouping.rand_index(a, b) == pytest.approx(0.0 if trivial else adjusted_rand_score(a, b))


@compiled
@given(st.integers(3, 9), seeds)
def test_two_groups_are_the_best_of_all_partitions_nearly_always(n, seed):
    points = np.random.default_rng(seed).normal(size=(n, 2))
    labels, centers = grouping.kmeans(points, 2, 1)

    def cost(own):
        return sum(((points[own == g] - points[own == g].mean(0)) ** 2).sum() for g in (0, 1) if (own == g).any())

    best = min(cost(np.array([(code >> i) & 1 for i in range(n)])) for code in range(2 ** (n - 1)))
    assert best - 1e-9 <= cost(labels) <= best * 1.5 + 1e-9
    for g in set(labels.tolist()):
        assert centers[g] == pytest.approx(points[labels == g].mean(0))


def test_names_follow_the_people():
    onto = np.array([0, 0, 0, 1, 1, 2, -1], np.int32)
    assert grouping.renamed(np.array([2, 2, 0, 0, 0, 1, 1], np.int32), onto, 3).tolist() == [0, 0, 1, 1, 1, 2, 2]


def test_the_chance_of_a_wrong_group_is_that_of_drawing_the_place_again():
    rng = np.random.default_rng(0)
    covariance = np.array([[0.5, 0.2], [0.2, 0.3]])
    centers, point = np.array([[0.0, 0.0], [2.0, 0.5]]), np.array([0.6, 0.1])
    label, wrong = grouping.surest(point[None], covariance[None], centers)
    drawn = rng.multivariate_normal(point, covariance, 200_000)
    other = (((drawn - centers[1]) ** 2).sum(1) < ((drawn - centers[0]) ** 2).sum(1)).mean()
    assert label.tolist() == [0]
    assert wrong[0] == pytest.approx(other, abs=0.005)


# Tests


@compiled
@given(st.integers(1, 60), st.data())
def test_the_tail_is_that_of_the_hypergeometric_distribution(total, data):
    marked, drawn = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    got = data.draw(st.integers(0, total))
    slow = hypergeom.sf(got - 1, total, marked, drawn)
    assert upper_tail(got, total, marked, drawn) == pytest.approx(slow, rel=1e-9, abs=1e-12)


def test_the_tail_of_a_million_is_exact_and_quick():
    assert upper_tail(251_000, 1_000_000, 500_000, 500_000) == pytest.approx(
        hypergeom.sf(250_999, 1_000_000, 500_000, 500_000), rel=1e-4
    )


def slow_tests(cells, parts, shown, k, least):
    """P of each group, statement and direction: every vote counted in the group its person has by the other half."""
    row = np.repeat(np.arange(cells.n), cells.counted())
    splits = len(parts) // 2
    p = np.empty((splits, k, cells.m, 2))
    for s in range(splits):
        keep = findings.mask(cells, parts[2 * s].seed, s)
        of = {}
        for t in (2 * s, 2 * s + 1):
            part = parts[t]
            counted = np.bincount(row[keep == part.want], minlength=cells.n)
            enough = counted >= least
            own = np.full(cells.n, -1, np.int32)
            own[enough] = grouping.kmeans(part.points[enough], k, drawing.derived(part.seed, t))[0]
            of[part.want] = grouping.renamed(own, shown, k)
        group = np.array([of[1 - keep[e]][row[e]] for e in range(len(cells))])
        for j in range(cells.m):
            at = (cells.statement == j) & (group >= 0)
            for d, said in enumerate((1, -1)):
                marked = cells.value[at] == said
                for g in range(k):
                    inside = group[at] == g
                    p[s, g, j, d] = hypergeom.sf((marked & inside).sum() - 1, at.sum(), marked.sum(), inside.sum())
    return np.minimum(2 * np.sort(p, axis=0)[(splits - 1) // 2], 1)


@pytest.mark.parametrize("k", [2, 3])
def test_findings_are_tested_on_votes_that_had_no_say(k):
    cells = rows_of(invented(k, people=60, statements=15, camps=k))
    parts = findings.halves(cells, seed=3, rank=2, splits=3)
    shown = grouping.kmeans(factors.turned(factors.fit(cells))[0], k, 1)[0]
    told = findings.tests(cells, parts, shown, k, least=2)
    slow = slow_tests(cells, parts, shown, k, 2)
    tested = ~np.isnan(told.p)
    assert tested.any()
    assert told.p[tested] == pytest.approx(slow[tested], rel=1e-9)
    count = np.array([[(cells.value[cells.statement == j] == said).sum() for said in (1, -1)] for j in range(cells.m)])
    rest = np.bincount(cells.statement, minlength=cells.m)[:, None] - count
    assert (tested == ((count >= 5) & (rest >= 5))[None]).all()


@compiled
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_q_values_are_those_of_scipy(p):
    assert q_values(np.array(p)) == pytest.approx(false_discovery_control(p))


@compiled
@given(st.integers(1, 500), st.data())
def test_intervals_are_those_of_statsmodels(n, data):
    count = data.draw(st.integers(0, n))
    low, high = wilson(count, n)
    assert (float(low), float(high)) == pytest.approx(binomtest(count, n).proportion_ci(method="wilson"), abs=1e-9)


# Shares


@compiled
@given(conversations(), seeds)
def test_tallies_count(votes, seed):
    group = np.random.default_rng(seed).integers(-1, 2, len(votes.people)).astype(np.int32)
    cells, told = dense(votes), shares.tallies(votes, group, 2)
    for j in range(len(votes.statements)):
        for kind, said in enumerate((1, -1, 0)):
            assert told[2, j, kind] == (cells[:, j] == said).sum()
            for g in (0, 1):
                assert told[g, j, kind] == (cells[group == g, j] == said).sum()


def test_consensus_needs_a_sure_majority_overall_and_one_in_every_group():
    counts = np.array(
        [
            [[40, 2, 3], [40, 0, 0], [3, 0, 0], [1, 40, 2], [20, 20, 5]],
            [[30, 5, 5], [10, 30, 0], [2, 0, 0], [2, 30, 3], [25, 15, 3]],
        ]
    )
    counts = np.concatenate([counts, counts.sum(0, keepdims=True)])
    names = ("united", "one group only", "hardly seen", "rejected", "divided")
    told = shares.consensus(names, counts, np.ones(5, np.bool_))
    assert [(a.statement, a.direction) for a in told] == [("rejected", "disagree"), ("united", "agree")]
    smoothed = (40 + 1) / (45 + 2), (30 + 1) / (40 + 2)
    assert told[1].score == pytest.approx(np.sqrt(smoothed[0] * smoothed[1]))
    assert told[1].low == pytest.approx(binomtest(70, 85).proportion_ci(method="wilson").low)
    assert not told[1].few
    alone = shares.consensus(names, counts[2:], np.ones(5, np.bool_))
    assert "one group only" not in [a.statement for a in alone[:1]]
    assert all(a.score == a.low > 0.5 for a in alone)


# Scores without groups


def slow_divisiveness(cells, parts):
    row = np.repeat(np.arange(cells.n), cells.counted())
    mean = np.zeros((len(parts) // 2, cells.m))
    for s in range(len(parts) // 2):
        keep = findings.mask(cells, parts[2 * s].seed, s)
        for j in range(cells.m):
            at = np.flatnonzero(cells.statement == j)
            guess = [parts[2 * s + int(keep[e])].points[row[e]] @ parts[2 * s + int(keep[e])].loadings[j] for e in at]
            mean[s, j] = np.cov(cells.value[at], guess, bias=True)[0, 1] / np.std(guess) if len(at) > 1 else 0
    return mean.mean(0)


def test_divisiveness_is_the_covariance_with_what_other_votes_predict():
    cells = rows_of(invented(4, people=50, statements=12))
    parts = findings.halves(cells, seed=1, rank=2, splits=2)
    told = bridging.divisiveness(cells, parts)
    slow = slow_divisiveness(cells, parts)
    assert told.score == pytest.approx(slow, abs=1e-9)
    assert (told.low <= told.score).all() and (told.score <= told.high).all()


def test_bridging_solves_its_own_equations():
    """At the fit every statement's intercept and factor minimize the penalized squares, and the interval is theirs."""
    cells = rows_of(invented(2, people=80, statements=14))
    told = bridging.bridging(cells, seed=1)
    v, n, m = len(cells), int((cells.counted() > 0).sum()), cells.m
    person, x = np.repeat(np.arange(cells.n), cells.counted()), (cells.value + 1) / 2
    ridges = factors.Ridges(0.06 * v / n, 0.06 * v / m, 0.15 * v / m, leveled=False, tendency=0.15 * v / n)
    fitted = factors.fit(cells, rank=1, seed=1, ridges=ridges, sweeps=24)
    more = factors.fit(cells, rank=1, seed=1, ridges=ridges, sweeps=200)
    assert told.score == pytest.approx((more.intercept - more.mean) / 2, abs=0.01)
    for j in range(m):
        who = person[cells.statement == j]
        z = np.stack([np.ones(len(who)), fitted.people[who, 0]], 1)
        inverse = np.linalg.inv(z.T @ z + np.diag([0.15 * v / m, 0.06 * v / m]))
        reach = 1.959963984540054 * np.sqrt(fitted.noise * inverse[0, 0]) / 2
        assert told.high[j] - told.score[j] == pytest.approx(reach, rel=1e-9)
        left = x[cells.statement == j] - x.mean() - fitted.people[who, 1] / 2
        # One more half step of the alternation moves the intercept by almost nothing.
        step = inverse @ (z.T @ left)
        assert step[0] == pytest.approx(told.score[j], abs=0.01)


def test_a_bridge_is_what_both_sides_agree_with_and_a_divide_what_one_side_does():
    rng = np.random.default_rng(0)
    camp = np.arange(200) % 2
    odds = np.where(camp[:, None] == 0, 0.9, 0.1) * np.ones((200, 12))
    odds[:, 0] = 0.9  # both
    odds[:, 1] = 0.5  # nobody knows
    person, statement = np.nonzero(rng.random((200, 12)) < 0.8)
    value = np.where(rng.random(len(person)) < odds[person, statement], 1, -1)
    names = [f"p{i:03}" for i in range(200)], [f"s{j:02}" for j in range(12)]
    cells = rows_of(collect(*names, person, statement, value))
    scored = bridging.bridging(cells, seed=0)
    assert scored.score.argmax() == 0
    assert scored.ends[0].min() > 0.6
    assert scored.ends[2:].min(axis=1).max() < 0.3
    apart = bridging.divisiveness(cells, findings.halves(cells, seed=0, rank=2))
    assert (apart.low[2:] > 0.4).all()
    assert abs(apart.score[[0, 1]]).max() < 0.2
