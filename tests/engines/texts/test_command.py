"""`madang texts` on files, as docs and shared/cli.md promise."""

import gzip
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from madang.web.commands.texts import texts

ROWS = [
    {"id": "a", "title": "층간 소음", "body": "층간 소음 때문에 잠을 잘 수 없습니다. 위층 아이들이 뛰어다닙니다."},
    {"id": "b", "title": "층간소음", "body": "층간 소음 때문에 잠을 잘 수가 없습니다. 위층 아이들이 뛰어 다닙니다!"},
    {"id": 3, "text": "고양시 버스 노선을 늘려 주세요"},
    {"id": "d", "title": "길고양이", "body": "고양이 급식소를 만들어 주세요"},
]


@pytest.fixture
def voices_file(tmp_path):
    path = tmp_path / "voices.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in ROWS), encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(texts, [str(a) for a in arguments])


def as_json(*arguments):
    result = run(*arguments, "--json", "-")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_similar(voices_file):
    matches = as_json("similar", voices_file, "--text", "층간 소음이 심해요", "-k", "2")["matches"]
    assert {m["id"] for m in matches} == {"a", "b"}
    assert {"id", "score"} <= matches[0].keys()


def test_duplicates(voices_file):
    result = as_json("duplicates", voices_file)
    assert result["clusters"] == [["a", "b"]]
    assert {"a", "b", "score"} <= result["pairs"][0].keys()


def test_themes(voices_file):
    result = as_json("themes", voices_file)
    assert result["n"] == 4
    assert sorted([m for t in result["themes"] for m in t["members"]] + result["unassigned"]) == ["3", "a", "b", "d"]


def test_search_tells_goyang_from_a_cat(voices_file):
    assert [h["id"] for h in as_json("search", voices_file, "--query", "고양시")["hits"]] == ["3"]
    assert [h["id"] for h in as_json("search", voices_file, "--query", "고양이")["hits"]] == ["d"]


def test_gzip_and_byte_order_mark_are_read(voices_file, tmp_path):
    packed = tmp_path / "v.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + voices_file.read_bytes()))
    assert as_json("duplicates", packed) == as_json("duplicates", voices_file)


def test_same_seed_same_bytes(voices_file, tmp_path):
    for name in ("one", "two"):
        assert run("themes", voices_file, "--seed", "4", "--json", tmp_path / name).exit_code == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_without_json_a_table_is_printed(voices_file):
    result = run("search", voices_file, "--query", "버스")
    assert result.stdout.startswith("id\tscore\ttitle\n3\t")


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b'{"id": "a", "body": "x"}\n{"id": "a", "body": "y"}\n', 2, "used on line 1"),
        (b'{"id": "a"}\n', 1, 'add "body"'),
        (b'{"body": "a"}\n', 1, 'add "id"'),
        (b'{"id": null, "body": "a"}\n', 1, 'add "id"'),
        (b'{"id": "a", "body": 3}\n', 1, "quotation marks"),
        (b'{"id": "a", "body": "x"}\n\n{oops}\n', 3, "not JSON"),
        (b"[1, 2]\n", 1, "no JSON object"),
        ('{"id": "a", "body": "한글"}\n'.encode("cp949"), 1, "UTF-8"),
    ],
)
@pytest.mark.parametrize("command", [["duplicates"], ["search", "--query", "a"]])
def test_bad_input_is_named_with_file_line_and_mend(tmp_path, content, line, says, command):
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    result = run(command[0], path, *command[1:], "--json", "-")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert f"{path}, line {line}: " in result.stderr
    assert says in result.stderr


def test_missing_folder_and_damaged_files(tmp_path):
    damaged = tmp_path / "v.jsonl.gz"
    damaged.write_bytes(gzip.compress(b'{"id": "a", "body": "x"}\n' * 900)[:-20])
    for path in (tmp_path / "none.jsonl", tmp_path, damaged):
        result = run("duplicates", path)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "command", [["duplicates"], ["themes"], ["search", "--query", "a"], ["similar", "--text", "a"]]
)
def test_an_empty_file_gives_an_empty_result(tmp_path, command):
    path = tmp_path / "empty.jsonl"
    path.write_bytes(b"")
    result = run(command[0], path, *command[1:], "--json", "-")
    assert result.exit_code == 0
    assert "no voices" in result.stderr
    assert not any(v for k, v in json.loads(result.stdout).items() if isinstance(v, list))


def test_half_a_surrogate_pair_does_not_break_the_output(tmp_path):
    path = tmp_path / "v.jsonl"
    path.write_text('{"id": "\\ud800x", "body": "\\udfff 공원"}\n', encoding="utf-8")
    assert as_json("search", path, "--query", "공원")["hits"][0]["id"] == "?x"


def test_the_engine_and_its_command_never_load_django():
    code = "import sys; from madang.web.commands import texts; from madang.engines.texts import themes, owners, search, bulk, embed; print('django' in sys.modules, 'kiwipiepy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
