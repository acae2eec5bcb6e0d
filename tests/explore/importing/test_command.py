"""`madang import proposals`: what it prints, writes and returns."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from madang.explore.proposals.models import Proposal
from madang.web.commands.imports import import_, safe
from tests.explore.importing.conftest import HEADER, rows
from tests.factories import gyeonggi

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """The command in this process, in English."""
    gyeonggi()
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def call(path, *options, place="41"):
        return CliRunner().invoke(import_, ["proposals", str(path), "--place", place, *options])

    return call


def test_a_sound_file(run, write):
    result = run(write(rows(1200)), "--json", "-")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["rows"], found["loaded"], found["repeated"], found["rejected"]) == (1200, 1200, 0, 0)
    assert "1,000 rows" in result.stderr
    assert "1,200 loaded" in result.stderr
    again = run(write(rows(1200)))
    assert again.exit_code == 0
    assert "0 loaded" in again.stderr
    assert "imported before" in again.stderr


def test_the_report_is_safe_for_spreadsheets(run, write, tmp_path):
    table = [*rows(1), ["=HYPERLINK(1)", "", "x", "2026-01-01", ""], ["@x", "제목", "", "2026-01-01", ""]]
    report = tmp_path / "refused.csv"
    result = run(write(table), "--report", str(report))
    assert result.exit_code == 0, result.output
    assert report.read_bytes().startswith(b"\xef\xbb\xbf")
    with report.open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(one["row"], one["excerpt"][:2]) for one in found] == [("3", "'="), ("4", "'@")]
    assert all(one["reason"] for one in found)
    assert [safe(one) for one in ("=1", "+1", "-1", "@1", "\t1", "1")] == ["'=1", "'+1", "'-1", "'@1", "'\t1", "1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("번호,작성일\n1,2\n", ["voices.csv, line 1", "번호, 작성일", "title (제목)", "body (내용"]),
        ("", ["voices.csv", "empty"]),
        ("id,title,body,date\n1,a,b,9999-01-01\n", ["voices.csv, line 2", "future", "Correct it"]),
    ],
)
def test_bad_input_ends_with_2_and_one_line(run, write, content, said):
    result = run(write(content))
    assert result.exit_code == 2
    last = result.stderr.strip().splitlines()[-1]
    assert all(one in last for one in said), last
    assert not Proposal.objects.exists()


def test_an_unknown_place_a_missing_file_and_a_wrong_report(run, write, tmp_path):
    assert "--place 99" in run(write(rows(1)), place="99").stderr
    missing = run(tmp_path / "none.csv")
    assert (missing.exit_code, "no such file" in missing.stderr) == (2, True)
    assert run(write(rows(1)), "--report", str(tmp_path / "no" / "r.csv")).exit_code == 2


def test_a_header_alone_is_told(run, write):
    result = run(write([], header=HEADER))
    assert result.exit_code == 0
    assert "a header and no rows" in result.stderr


def test_korean_where_the_terminal_does_not_say_english(run, write, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    result = run(write("id,title\n1,a\n"))
    assert result.exit_code == 2
    assert "body" in result.stderr
    assert "Needed" not in result.stderr
