"""`madang ballots` on files, as docs and cli.md promise."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from madang.web.commands.ballots import RULES, ballots
from tests.engines.ballots.real import path

TEXT = (
    "META\nkey;value\nbudget;100\nvote_type;approval\nrule;greedy-threshold\nmin_project_score_threshold;2\n"
    "PROJECTS\nproject_id;cost;votes;name;selected\nb;50;1;Bench;0\na;60;2;Ash;1\nc;40;2;Court;1\n"
    "VOTES\nvoter_id;vote\n1;b,a\n2;a\n3;c\n4;c, a\n"
).replace("a;60;2", "a;60;3")


@pytest.fixture
def file(tmp_path):
    found = tmp_path / "town.pb"
    found.write_text(TEXT, encoding="utf-8")
    return found


def run(*arguments):
    return CliRunner().invoke(ballots, [str(one) for one in arguments])


def as_json(*arguments):
    result = run(*arguments, "--json", "-")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_count_gives_what_is_promised(file):
    result = as_json("count", file, "--rule", "as-meta")
    assert list(result)[:10] == [
        "rule", "utility", "completion", "budget", "cost", "winners", "rounds", "voters", "projects", "fairness",
    ]  # fmt: skip
    assert set(result["fairness"]) >= {"exclusion_ratio", "gini_of_power", "ejr_plus_violations"}
    assert (result["rule"], result["winners"], result["cost"], result["budget"]) == (
        "greedy-threshold",
        ["a", "c"],
        100,
        100,
    )
    assert (result["voters"], result["projects"]) == (4, 3)
    assert all({"project", "rho", "paid_by", "cost"} <= set(one) for one in result["rounds"])


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_counts_and_twice_alike(file, rule):
    first, again = (run("count", file, "--rule", rule, "--json", "-") for _ in range(2))
    assert first.exit_code == 0 and first.stdout_bytes == again.stdout_bytes
    result = json.loads(first.stdout)
    assert result["rule"] == ("greedy-threshold" if rule == "as-meta" else rule)
    assert set(result["winners"]) <= {"a", "b", "c"} and result["winners"]


def test_options_reach_the_rule(file):
    result = as_json(
        "count", file, "--rule", "equal-shares", "--utility", "cardinality", "--completion", "add1u",
        "--add1-stop", "exhaustive", "--tie-break", "lot:7", "--comparison",
    )  # fmt: skip
    told = {key: result[key] for key in ("utility", "completion", "add1_stop", "tie_break", "comparison")}
    assert told == {
        "utility": "cardinality", "completion": "add1u", "add1_stop": "exhaustive", "tie_break": "lot:7",
        "comparison": True,
    }  # fmt: skip


def test_by_district(file):
    pots = 'limits;[{"key":"district: North","projects":["b"],"most":50},{"key":"district: South","projects":["c"],"most":39}]'
    file.write_text(TEXT.replace("rule;greedy-threshold\nmin_project_score_threshold;2", pots), encoding="utf-8")
    result = as_json("count", file, "--rule", "greedy", "--by-district")
    assert result["winners"] == ["b"]
    assert [(one["key"], one["budget"], one["cost"]) for one in result["pots"]] == [
        ("district: North", 50, 50), ("district: South", 39, 0), ("all", 11, 0),
    ]  # fmt: skip
    file.write_text(TEXT, encoding="utf-8")
    refused = run("count", file, "--rule", "greedy", "--by-district")
    assert refused.exit_code == 2 and "No pot of a district" in refused.stderr


def test_a_minimum_score_holds_only_where_it_is_asked_for(file):
    file.write_text(TEXT.replace("min_project_score_threshold;2", "min_project_score_threshold;3"), encoding="utf-8")
    assert as_json("count", file, "--rule", "as-meta")["winners"] == ["a"]
    assert as_json("count", file, "--rule", "greedy-threshold")["winners"] == ["a"]
    assert as_json("count", file, "--rule", "greedy")["winners"] == ["a", "c"]
    assert as_json("count", file, "--rule", "phragmen", "--conditions", "file")["winners"] == ["a"]
    assert as_json("count", file, "--rule", "as-meta", "--conditions", "none")["winners"] == ["a", "c"]
    assert "minimum score" in run("count", file, "--rule", "greedy").stderr


def test_a_table_without_json(file):
    result = run("count", file, "--rule", "greedy")
    assert result.stdout.splitlines() == [
        "\tproject\tcost\trho\tpaid by\tname",
        "1\ta\t60\t\t0\tAsh",
        "2\tc\t40\t\t0\tCourt",
    ]
    assert "2 of 3 projects, 100 of 100" in result.stderr


def test_json_into_a_file_and_from_a_packed_one(file, tmp_path):
    packed, target = tmp_path / "town.pb.gz", tmp_path / "result.json"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    result = run("count", packed, "--rule", "greedy", "--json", target)
    assert result.exit_code == 0 and result.stdout == ""
    assert json.loads(target.read_text()) == as_json("count", file, "--rule", "greedy")


def test_compare(file):
    result = as_json("compare", file, "--rules", "greedy, equal-shares/cardinality/add1u-comparison,phragmen")
    assert [one["label"] for one in result["results"]] == [
        "greedy", "equal-shares/cardinality/add1u-comparison", "phragmen",
    ]  # fmt: skip
    assert result["selected"] == ["a", "c"]
    assert {one["id"]: "greedy" in one["won_by"] for one in result["projects"]} == {"b": False, "a": True, "c": True}
    assert len(as_json("compare", file)["results"]) == 6
    assert "project\tcost\tgreedy" in run("compare", file).stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("c;40;2", "c;-40;2"), ", line 11: the cost of c is negative: give an amount of 0 or more"),
        (("c;40;2", "c;forty;2"), ", line 11: the cost of c is 'forty', which is no number: write digits only"),
        (("budget;100", "budget;"), ", line 3: META has no budget: add a line budget;"),
        (("VOTES\n", ""), ": there is no section VOTES"),
        (
            ("rule;greedy-threshold", "rule;greedy-custom"),
            ": META says greedy-custom, a rule that only its comment tells",
        ),
    ],
)
def test_bad_input_names_file_line_and_mend(file, change, words):
    file.write_text(TEXT.replace(*change), encoding="utf-8")
    result = run("count", file, "--rule", "as-meta", "--json", "-")
    assert result.exit_code == 2
    assert result.stdout == "" and len(result.stderr.splitlines()) == 1
    assert f"{file}{words}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["count", "{missing}", "--rule", "greedy"], "no such file"),
        (["count", "{folder}", "--rule", "greedy"], "folder"),
        (["count", "{file}", "--rule", "greedy", "--tie-break", "dice"], "lot:SEED"),
        (["count", "{file}", "--rule", "greedy", "--tie-break", "lot:x"], "whole number"),
        (["count", "{file}", "--rule", "greedy", "--completion", "add1"], "no completion add1"),
        (["count", "{file}", "--rule", "greedy", "--json", "{folder}"], "can't be written"),
        (["count", "{file}", "--rule", "borda"], "borda"),
        (["compare", "{file}", "--rules", "greedy,borda"], "there is no rule borda"),
        (["compare", "{file}", "--rules", "equal-shares/dear"], "dear"),
        (["compare", "{file}", "--rules", ","], "at least one"),
        (["compare", "{file}", "--rules", "greedy/add1"], "no completion"),
    ],
)
def test_what_can_not_be_done_says_so(file, tmp_path, arguments, words):
    names = {"missing": tmp_path / "none.pb", "folder": tmp_path, "file": file}
    result = run(*(one.format(**names) for one in arguments))
    assert result.exit_code == 2 and words in result.stderr


def test_a_damaged_packed_file(tmp_path):
    packed = tmp_path / "town.pb.gz"
    packed.write_bytes(gzip.compress(TEXT.encode())[:-9])
    result = run("count", packed, "--rule", "greedy")
    assert result.exit_code == 2 and "gzip" in result.stderr


def test_notes_go_to_the_error_output_and_into_the_json(file):
    file.write_text(TEXT.replace("1;b,a", "1;b,a,x"), encoding="utf-8")
    result = run("count", file, "--rule", "greedy", "--json", "-")
    assert json.loads(result.stdout)["notes"] == [
        {"line": 14, "key": "unknown-project", "text": "the ballot names x, which PROJECTS does not list; left out"}
    ]
    assert f"{file}, line 14: the ballot names x" in result.stderr


def test_wieliczka_as_the_city_counted_and_without_loading_django():
    file = path("Poland_Wieliczka_2023_Green_Budget.pb")
    code = "import sys; from madang.web.cli import main; main(sys.argv[1:], standalone_mode=False); assert 'django' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-c", code, "ballots", "count", str(file), "--rule", "as-meta", "--json", "-"],
        capture_output=True, check=True,
    )  # fmt: skip
    result = json.loads(done.stdout)
    assert (len(result["winners"]), result["cost"]) == (30, 995_079)


def test_record_verify_recounts_published_results(tmp_path):
    from madang.engines.ballots.counting import result_line
    from madang.engines.ballots.outcome import Options
    from madang.engines.ballots.pabulib import read
    from madang.engines.ledger.hashing import Frontier
    from madang.web.commands.record import record

    line = result_line(read(TEXT).election, Options("equal-shares", completion="add1u"))
    end = {"end": {"entries": 0, "checkpoints": 0, "root": Frontier().root.hex()}}
    export = tmp_path / "record.jsonl"
    for told, code in ((line, 0), ({**line, "published": {**line["published"], "cost": 1}}, 1)):
        rows = [{"format": "madang-record", "version": 1, "origin": "town.example"}, told, end]
        export.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        result = CliRunner().invoke(record, ["verify", str(export)])
        assert result.exit_code == code, result.output
        assert ("1 results recomputed (budget-count)" in result.stdout) if code == 0 else ("line 2" in result.stderr)
