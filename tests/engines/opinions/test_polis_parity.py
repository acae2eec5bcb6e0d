"""Stage by stage against Polis' own output; each stage is fed with what Polis put into it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from madang.engines.opinions import represent
from madang.engines.opinions.components import components
from madang.engines.opinions.maps import opinion_map
from madang.engines.opinions.polis import included, project
from madang.engines.opinions.reading import read_statements, read_votes
from madang.engines.opinions.residual import residual
from madang.web.commands.opinions import opinions
from tests.engines.opinions.conversations import EXPORTED, KNOWN, WITH_MATH, dense, folder, whole, with_math

# Dumps of versions that count priorities as documented; the error that others had lasted for over a year.
PRIORITIES = ("above-100-ptpts", "below-100-ptpts")


@pytest.fixture(params=WITH_MATH)
def conversation(request):
    return with_math(request.param)


@pytest.fixture(params=WITH_MATH)
def complete(request):
    votes, math = with_math(request.param)
    if not whole(votes, math):
        pytest.skip(f"the dump {request.param} holds fewer votes than Polis counted")
    return votes, math


def polis_counts(math):
    """Agree, disagree and seen of Polis' groups: (groups, m) each."""
    told = math["group-votes"]
    groups = sorted(told, key=int)
    return groups, *(
        np.array([[told[g]["votes"][str(tid)][kind] for tid in math["tids"]] for g in groups]) for kind in "ADS"
    )


def allowed(math):
    return ~np.isin(math["tids"], math["mod-out"])


def test_one_dump_is_short_and_is_known_to_be():
    assert [name for name in KNOWN if not whole(*with_math(name))] == ["50ptpt-3gp-strict-no-meta"]


@pytest.mark.parametrize("name", WITH_MATH)
def test_the_command_compares_a_conversation(name, tmp_path):
    path = folder("opinions-with-polis-math", name)
    done = CliRunner().invoke(
        opinions, ["compare", str(path / "votes.json"), str(path / "math-pca2.json"), "--json", "-"]
    )
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    judged = {one["name"]: one["holds"] for one in told["stages"]}
    assert all(judged[part] for part in ("group-aware consensus", "representative of group 0"))
    assert (judged["component 1"], judged["base clusters"]) == ((True, True) if told["whole"] else (None, None))


def test_the_command_finds_a_difference(tmp_path):
    path = folder("opinions-with-polis-math", KNOWN[2])
    math = json.loads((path / "math-pca2.json").read_text())
    math["repness"]["1"].pop()
    math["pca"]["comps"][0] = math["pca"]["comps"][1]
    changed = tmp_path / "math-pca2.json"
    changed.write_text(json.dumps(math))
    done = CliRunner().invoke(opinions, ["compare", str(path / "votes.json"), str(changed)])
    assert done.exit_code == 1
    different = [row.split("\t")[0] for row in done.stdout.splitlines() if row.endswith("DIFFERENT")]
    assert different == ["component 1", "representative of group 1"]
    assert CliRunner().invoke(opinions, ["compare", str(changed), str(changed)]).exit_code == 2


def test_components(complete):
    votes, math = complete
    found = components(residual(votes))
    for own, theirs in zip(found.axes.T, math["pca"]["comps"], strict=True):
        assert abs(own @ np.array(theirs)) == pytest.approx(1, abs=1e-9)


def test_means_are_polis_with_the_sign_turned(complete):
    votes, math = complete
    assert residual(votes).mean == pytest.approx(-np.array(math["pca"]["center"]), abs=1e-12)


def test_centers_of_base_clusters(complete):
    """R² of the Procrustes fit, and with Polis' axes and sign the very coordinates."""
    votes, math = complete
    table = residual(votes)
    at = {person: i for i, person in enumerate(votes.people)}
    base = math["base-clusters"]
    theirs = np.column_stack([base["x"], base["y"]])
    points = project(table, components(table))
    own = np.array([points[[at[str(pid)] for pid in members]].mean(axis=0) for members in base["members"]])
    assert procrustes(own, theirs) == pytest.approx(1, abs=1e-9)
    assert np.abs(own) == pytest.approx(np.abs(theirs), abs=1e-9)


def procrustes(own, theirs):
    own, theirs = (cloud - cloud.mean(axis=0) for cloud in (own, theirs))
    own, theirs = own / np.linalg.norm(own), theirs / np.linalg.norm(theirs)
    return np.linalg.svd(own.T @ theirs, compute_uv=False).sum() ** 2


def test_extremity(complete):
    votes, math = complete
    table = residual(votes)
    own = represent.extremity(components(table).axes, table.mean, table.width)
    assert own == pytest.approx(np.array(math["pca"]["comment-extremity"]), abs=1e-9)


def test_everybody_with_enough_votes_is_in(complete):
    """Polis keeps those who were in before: given these, the same people are in."""
    votes, math = complete
    at = {person: i for i, person in enumerate(votes.people)}
    theirs = sorted(at[str(pid)] for pid in math["in-conv"])
    table = residual(votes)
    fresh = included(table)
    assert set(fresh) <= set(theirs)
    kept = sorted(set(theirs) - set(fresh))
    assert included(table, kept).tolist() == theirs


def test_representative_sets(conversation):
    _, math = conversation
    groups, agree, disagree, seen = polis_counts(math)
    found = represent.representative(agree, disagree, seen, allowed(math))
    for group, own in zip(groups, found, strict=True):
        theirs = math["repness"][group]
        assert [(math["tids"][one.statement], one.direction) for one in own] == [
            (one["tid"], one["repful-for"]) for one in theirs
        ]
        for one, their in zip(own, theirs, strict=True):
            assert (one.n_success, one.n_trials) == (their["n-success"], their["n-trials"])
            assert one.p_success == pytest.approx(their["p-success"])
            assert one.p_test == pytest.approx(their["p-test"])
            assert one.repness == pytest.approx(their["repness"])
            assert one.repness_test == pytest.approx(their["repness-test"], abs=1e-6)
            assert one.best_agree == their.get("best-agree", False)


def test_group_aware_consensus(conversation):
    _, math = conversation
    _, agree, _, seen = polis_counts(math)
    theirs = [math["group-aware-consensus"][str(tid)] for tid in math["tids"]]
    assert represent.group_aware(agree, seen) == pytest.approx(theirs, abs=5e-5)


def test_consensus_sets(conversation):
    votes, math = conversation
    told = opinion_map(votes, method="polis").consensus
    for direction in ("agree", "disagree"):
        own = [one.statement for one in told if one.direction == direction]
        assert own == [str(one["tid"]) for one in math["consensus"][direction]]


@pytest.mark.parametrize("name", PRIORITIES)
def test_priorities(name):
    _, math = with_math(name)
    _, agree, disagree, seen = polis_counts(math)
    meta = np.isin(math["tids"], math["meta-tids"])
    extreme = np.array(math["pca"]["comment-extremity"])
    passed = seen - agree - disagree
    own = represent.priority(agree.sum(axis=0), passed.sum(axis=0), seen.sum(axis=0), extreme, meta)
    assert own == pytest.approx([math["comment-priorities"][str(tid)] for tid in math["tids"]])


def test_tallies_of_polis_groups(complete):
    """Our counts for Polis' groups are those of Polis."""
    from madang.engines.opinions.residual import tallies

    votes, math = complete
    at = {person: i for i, person in enumerate(votes.people)}
    members = dict(zip(math["base-clusters"]["id"], math["base-clusters"]["members"], strict=True))
    group = np.full(len(votes.people), -1, np.int32)
    for cluster in math["group-clusters"]:
        for base in cluster["members"]:
            group[[at[str(pid)] for pid in members[base]]] = cluster["id"]
    groups, agree, disagree, seen = polis_counts(math)
    own = tallies(residual(votes), group, len(groups))
    assert own[:, :, 0].tolist() == agree.tolist()
    assert own[:, :, 1].tolist() == disagree.tolist()
    assert own.sum(axis=2).tolist() == seen.tolist()


@pytest.mark.parametrize("name", EXPORTED)
def test_exports_are_placed_as_by_the_dense_matrix(name):
    """What Polis would decompose, cell by cell: gaps filled with means, rejected statements 0 for everybody."""
    path = folder("opinions", name)
    with (path / "comments.csv").open("rb") as comments, (path / "votes.csv").open("rb") as cast:
        votes = read_votes(cast, read_statements(comments))
    cells = dense(votes)
    cells[:, sorted(votes.hidden)] = 0
    mean = np.nanmean(cells, axis=0)
    rows = np.where(np.isnan(cells), mean, cells) - mean
    axes = np.linalg.svd(rows, full_matrices=False)[2][:2]
    scale = np.sqrt(cells.shape[1] / (~np.isnan(cells)).sum(axis=1))
    told = opinion_map(votes, method="polis")
    assert np.abs(told.points) == pytest.approx(np.abs(scale[:, None] * (rows @ axes.T)), abs=1e-7)
    far = np.sqrt(cells.shape[1]) * np.abs(1 - mean) * np.hypot(*axes)
    assert [one.extremity for one in told.statement_scores] == pytest.approx(far, abs=1e-7)
    assert not {one.statement for one in told.consensus} & {votes.statements[j] for j in votes.hidden}
