"""`madang opinions map` on files, as cli.md promises."""

import json

import pytest
from click.testing import CliRunner

from madang.web.commands.opinions import opinions
from tests.engines.opinions.conversations import folder, invented

POINT = {"id", "x", "y", "group", "votes"}
FINDING = {"id", "direction", "p_group", "p_rest", "p_value", "q_value"}
SCORES = {"id", "agree", "disagree", "pass", "seen", "extremity", "priority"}


def run(*arguments):
    return CliRunner().invoke(opinions, ["map", *map(str, arguments)])


@pytest.fixture
def votes_file(tmp_path):
    votes = invented(3)
    path = tmp_path / "votes.csv"
    rows = zip(votes.person, votes.statement, votes.value, strict=True)
    path.write_text("voter-id,comment-id,vote\n" + "".join(f"{i},{j},{x}\n" for i, j, x in rows))
    return path


def test_keys_are_those_promised(votes_file):
    result = run(votes_file, "--method", "polis", "--json", "-")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["method"], told["seed"]) == ("polis", 0)
    assert (told["participants"], told["statements"]) == (120, 40)
    assert told["votes"] == sum(point["votes"] for point in told["points"])
    assert set(told["points"][0]) >= POINT
    assert told["groups"]
    for group in told["groups"]:
        assert group["size"] == sum(point["group"] == group["id"] for point in told["points"])
        assert all(set(one) >= FINDING for one in group["statements"])
    assert set(told["stability"]) >= {"k", "ari", "null_ari_95"}
    assert all(set(one) >= {"id", "direction", "score", "low"} for one in told["consensus"])
    assert all(set(one) >= {"id", "score"} for part in ("bridges", "divisive") for one in told[part])
    assert all(set(one) >= SCORES for one in told["statement_scores"])
    assert all(one["agree"] + one["disagree"] + one["pass"] == one["seen"] for one in told["statement_scores"])


def test_same_votes_and_seed_same_bytes(votes_file, tmp_path):
    first, second = (run(votes_file, "--method", "polis", "--seed", "7", "--json", "-").stdout for _ in range(2))
    assert first == second
    assert run(votes_file, "--method", "polis", "--seed", "7", "--json").stdout == first
    shuffled = tmp_path / "shuffled.csv"
    head, *rows = votes_file.read_text().splitlines()
    shuffled.write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert run(shuffled, "--method", "polis", "--seed", "7", "--json", "-").stdout == first


def test_to_a_file_and_to_a_person(votes_file, tmp_path):
    target = tmp_path / "map.json"
    assert run(votes_file, "--method", "polis", "--json", target).stdout == ""
    assert json.loads(target.read_text())["method"] == "polis"
    shown = run(votes_file, "--method", "polis")
    assert shown.stdout.startswith("what\tstatement\t")
    assert "120 participants, 40 statements" in shown.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("voter-id,comment-id,vote\n1,2,9\n", "line 2: '9' is no vote"),
        ("", "the file is empty"),
        (None, "no such file"),
    ],
)
def test_bad_input_is_one_line_and_ends_with_2(tmp_path, text, words):
    path = tmp_path / "votes.csv"
    if text is not None:
        path.write_text(text)
    result = run(path, "--method", "polis", "--json", "-")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert words in result.stderr
    assert "votes.csv" in result.stderr


def test_no_votes_is_a_result(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("voter-id,comment-id,vote\n")
    result = run(path, "--method", "polis", "--json", "-")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["groups"], told["points"], told["stability"]["k"]) == ([], [], None)


@pytest.mark.parametrize("name", ["15-per-hour-seattle", "brexit-consensus", "vtaiwan.uberx"])
def test_real_exports(name):
    path = folder("opinions", name)
    result = run(path / "votes.csv", "--statements", path / "comments.csv", "--method", "polis", "--json", "-")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    expected = {"15-per-hour-seattle": 2872, "brexit-consensus": 5303, "vtaiwan.uberx": 49443}
    assert told["votes"] == expected[name]
    assert len(told["groups"]) >= 2
