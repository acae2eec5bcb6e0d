"""The exported record, verified by the command and by a second verifier that knows only the documentation."""

from __future__ import annotations

import gzip
import json

import pytest
from click.testing import CliRunner
from django.test import override_settings

from madang.engines.ledger import files, notes
from madang.ground.record import operations, results
from madang.ground.record.models import Checkpoint, LogKey
from madang.ground.record.operations import checkpoint
from madang.ground.record.queries.export import lines
from madang.web.commands import record as command
from tests.factories import UserFactory
from tests.ground.record import second_verifier
from tests.ground.record.second_verifier import WrongError
from tests.ground.record.world import NOW, add

pytestmark = pytest.mark.django_db
WITNESS = b"w" * 32
OLD, NEW = "A" * 43 + "=", "B" * 42 + "A="


@pytest.fixture
def exported(tmp_path):
    """Nine entries, four checkpoints, a change of key, a witness, a forgotten person and a withheld reason."""
    person = UserFactory()
    key = notes.key_of(WITNESS, "council.example", notes.TIMED)
    operations.add_witness(organization="경기도의회", key=key.text, now=NOW)
    with override_settings(RECORD_KEY=OLD):
        checkpoint(now=NOW)
        add(3, by=person, data={"to": "plan"})
        add(1, by=UserFactory(), subject=f"user:{person.pk}")
        first = checkpoint(now=NOW)
        operations.cosign(text=cosigned(first.note), now=NOW)
    operations.forget(person=person)
    with override_settings(RECORD_KEY=f"{NEW},{OLD}"):
        add(2)
        checkpoint(now=NOW)
        add(2)
        checkpoint(now=NOW)
    add(1)
    operations.sequence()
    path = tmp_path / "record.jsonl"
    path.write_text("".join(lines()), encoding="utf-8")
    return path


def cosigned(text):
    note = notes.read_note(text)
    mine = notes.sign(note.body, seed=WITNESS, name="council.example", kind=notes.TIMED, seconds=1_790_000_000)
    return notes.Note(note.body, (*note.signatures, mine)).text


def run(*arguments):
    done = CliRunner().invoke(command.record, ["verify", *map(str, arguments)])
    return done.exit_code, done.output


def kept(tmp_path, number):
    path = tmp_path / f"kept-{number}.txt"
    path.write_text(Checkpoint.objects.order_by("id")[number].note, encoding="utf-8")
    return path


def test_both_verifiers_accept_it(exported, tmp_path):
    code, out = run(exported, "--json", "-")
    assert code == 0, out
    told = json.loads(out)
    assert (told["entries"], told["checkpoints"], told["unsigned"], told["withheld"]) == (9, 4, 1, 1)
    assert told["cosigned"] == {"경기도의회": 1}
    assert told["keys"] == [key.key.text for key in LogKey.objects.all()]
    assert second_verifier.verify(exported) == (9, 4)
    for number in range(4):
        assert run(exported, "--checkpoint", kept(tmp_path, number))[0] == 0
        second_verifier.verify(exported, kept=kept(tmp_path, number).read_text())
    newest = LogKey.objects.last().key.text
    assert run(exported, "--key", newest)[0] == 0
    second_verifier.verify(exported, trusted=newest)
    code, out = run(exported)
    assert "9 entries, 4 checkpoints" in out
    assert "also signed by 경기도의회" in out
    assert "1 entries are newer" in out


def test_the_same_record_gives_the_same_bytes_and_names_nobody(exported):
    text = exported.read_text()
    assert "".join(lines()) == text
    assert "user:" not in text
    openings = [json.loads(line)["openings"] for line in text.splitlines() if '"entry"' in line]
    assert {part for one in openings for part in one} == {"reason", "data"}


def test_a_compressed_file_is_read(exported, tmp_path):
    packed = tmp_path / "record.jsonl.gz"
    packed.write_bytes(gzip.compress(exported.read_bytes()))
    assert run(packed)[0] == 0
    packed.write_bytes(packed.read_bytes()[:-30])
    code, out = run(packed)
    assert code == 2
    assert "cut short" in out


def reword(rows):
    rows[at(rows, "entry", 1)]["entry"] = rows[at(rows, "entry", 1)]["entry"].replace("note", "nope")


def reopen(rows):
    rows[at(rows, "entry", 0)]["openings"]["reason"][1] = "다른 까닭"


def resalt(rows):
    rows[at(rows, "entry", 0)]["openings"]["reason"][0] = "00" * 32


def space(rows):
    rows[at(rows, "entry", 0)]["entry"] = rows[at(rows, "entry", 0)]["entry"].replace(":1}", ": 1}")


def delete(rows):
    del rows[at(rows, "entry", 1)]


def delete_and_renumber(rows):
    delete(rows)
    renumber(rows)


def reorder(rows):
    one, other = at(rows, "entry", 0), at(rows, "entry", 1)
    rows[one], rows[other] = rows[other], rows[one]


def reorder_and_renumber(rows):
    reorder(rows)
    renumber(rows)


def insert(rows):
    rows.insert(at(rows, "entry", 1), dict(rows[at(rows, "entry", 0)]))
    renumber(rows)


def cut(rows):
    del rows[-4:]


def cut_and_end_anew(rows):
    """Everything since the second checkpoint is dropped, and the end tells of that."""
    del rows[at(rows, "checkpoint", 1) + 1 : -1]
    report = files.Report()
    report.root = root_at(rows)
    rows[-1]["end"] = {"entries": 4, "checkpoints": 2, "root": report.root}


def rewrite_checkpoint(rows):
    where = at(rows, "checkpoint", 1)
    rows[where]["checkpoint"] = rows[where]["checkpoint"].replace("time 2026", "time 2025")


def drop_signatures(rows):
    where = at(rows, "checkpoint", 1)
    body = rows[where]["checkpoint"].split("\n\n")[0]
    rows[where]["checkpoint"] = cosigned(
        notes.Note(f"{body}\n", (notes.sign(f"{body}\n", seed=b"z" * 32, name="x"),)).text
    )


def false_witness(rows):
    where = at(rows, "checkpoint", 1)
    note = notes.read_note(rows[where]["checkpoint"])
    bad = notes.Signature("council.example", note.signatures[-1].key_id, note.signatures[-1].value[:-1] + b"x")
    rows[where]["checkpoint"] = notes.Note(note.body, (*note.signatures[:-1], bad)).text


def seize_the_key(rows):
    """An intruder lists a key of their own and signs the last checkpoint with it."""
    mine = notes.key_of(b"i" * 32, rows[0]["origin"])
    rows.insert(1, {"key": mine.text})
    where = at(rows, "checkpoint", 3)
    body = notes.read_note(rows[where]["checkpoint"]).body
    rows[where]["checkpoint"] = notes.Note(body, (notes.sign(body, seed=b"i" * 32, name=mine.name),)).text


def lie_at_the_end(rows):
    rows[-1]["end"]["root"] = "00" * 32


def go_on_behind_the_end(rows):
    rows.append(dict(rows[at(rows, "entry", 0)]))


def at(rows, name, number):
    return [where for where, row in enumerate(rows) if name in row][number]


def renumber(rows):
    for number, row in enumerate(row for row in rows if "entry" in row):
        row["index"] = number


def root_at(rows):
    return second_verifier.root(
        [second_verifier.sha(b"\x00", row["entry"].encode()) for row in rows if "entry" in row]
    ).hex()


@pytest.mark.parametrize(
    "damage",
    [
        reword, reopen, resalt, space, delete, delete_and_renumber, reorder, reorder_and_renumber, insert, cut,
        rewrite_checkpoint, drop_signatures, false_witness, seize_the_key, lie_at_the_end, go_on_behind_the_end,
    ],
)  # fmt: skip
def test_each_damage_is_found_by_both(exported, damage):
    rows = [json.loads(line) for line in exported.read_text().splitlines()]
    damage(rows)
    exported.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    code, out = run(exported)
    assert code == 1, out
    assert str(exported) in out
    assert len(out.strip().splitlines()) == 1
    with pytest.raises(WrongError):
        second_verifier.verify(exported)


def test_a_shortened_history_is_found_by_a_kept_checkpoint(exported, tmp_path):
    """Cut at an older checkpoint it is sound in itself; only who kept a newer one can tell."""
    rows = [json.loads(line) for line in exported.read_text().splitlines()]
    cut_and_end_anew(rows)
    rows = [row for row in rows if row.get("key") != LogKey.objects.last().key.text]
    exported.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert run(exported)[0] == 0
    assert run(exported, "--checkpoint", kept(tmp_path, 1))[0] == 0
    code, out = run(exported, "--checkpoint", kept(tmp_path, 3))
    assert code == 1
    assert "some were removed" in out
    with pytest.raises(WrongError):
        second_verifier.verify(exported, kept=kept(tmp_path, 3).read_text())


def test_a_fork_is_found_by_a_kept_checkpoint(exported, tmp_path):
    """The operator signs another history with the right key: sound in itself, but not what the witness was shown."""
    import base64

    shown = kept(tmp_path, 1)
    rows = [json.loads(line) for line in exported.read_text().splitlines()]
    body = json.loads(rows[at(rows, "entry", 0)]["entry"])
    body["kind"] = "closed"
    forged = second_verifier.canonical(body)
    rows[at(rows, "entry", 0)]["entry"] = forged
    leaves = []
    for row in rows:
        if "entry" in row:
            leaves.append(second_verifier.sha(b"\x00", row["entry"].encode()))
        if "checkpoint" in row:
            root = second_verifier.root(leaves)
            text = notes.Checkpoint(rows[0]["origin"], len(leaves), root).body
            both = [notes.sign(text, seed=base64.b64decode(one), name=rows[0]["origin"]) for one in (NEW, OLD)]
            row["checkpoint"] = notes.Note(text, tuple(both)).text
    rows[-1]["end"]["root"] = second_verifier.root(leaves).hex()
    exported.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert run(exported)[0] == 0
    code, out = run(exported, "--checkpoint", shown)
    assert code == 1
    assert "two histories" in out
    with pytest.raises(WrongError):
        second_verifier.verify(exported, kept=shown.read_text())


def test_another_key_is_found_by_who_holds_the_right_one(exported, tmp_path):
    other = notes.key_of(b"o" * 32, LogKey.objects.first().name)
    code, out = run(exported, "--key", other.text)
    assert code == 1
    assert "key that you hold" in out
    with pytest.raises(WrongError):
        second_verifier.verify(exported, trusted=other.text)
    forged = tmp_path / "forged.txt"
    body = notes.read_note(Checkpoint.objects.order_by("id")[1].note).body
    forged.write_text(notes.Note(body, (notes.sign(body, seed=b"o" * 32, name=other.name),)).text)
    assert run(exported, "--checkpoint", forged)[0] == 1
    with pytest.raises(WrongError):
        second_verifier.verify(exported, kept=forged.read_text())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"), ("no json\n", "line 1: this is not JSON"), ('{"a": 1}\n', "line 1"), ("[]\n", "no JSON object"),
        ('{"format": "madang-record", "version": 2, "origin": "x"}\n', "newer than this program"),
        ('{"format": "madang-record", "version": 1, "origin": "x"}\n{"b": 1}\n', "line 2"),
        ('{"format": "madang-record", "version": 1, "origin": "x"}\n\n', "line 2: an empty line"),
        ('{"format": "madang-record", "version": 1, "origin": "x"}\n{"key": "x"}\n', "line 2: A key is one line"),
        ('{"format": "madang-record", "version": 1, "origin": "x"}\n{"checkpoint": "x"}\n', "line 2: A signed note"),
        ('{"format": "madang-record", "version": 1, "origin": "x"}\n{"entry": "{}", "index": 0}\n', "no version"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_bad_input(tmp_path, text, said):
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    code, out = run(path)
    assert code == 2, out
    assert said in out
    assert len(out.strip().splitlines()) == 1


def test_files_that_are_not_there_are_bad_input(exported, tmp_path):
    assert run(tmp_path / "nothing")[0] == 2
    assert run(exported, "--checkpoint", tmp_path / "nothing")[0] == 2
    assert run(exported, "--checkpoint", exported)[0] == 2
    assert run(exported, "--key", "nonsense")[0] == 2
    (tmp_path / "latin").write_bytes(b"\xff\xfe\n")
    assert run(tmp_path / "latin")[0] == 2


def test_published_results_are_recomputed(exported, monkeypatch):
    def check(line):
        if line["total"] != sum(line["parts"]):
            raise ValueError("the parts do not add up")

    monkeypatch.setattr(results, "_results", type(results._results)("kind of results"))
    results.register("sum", lambda: [{"parts": [1, 2], "total": 3}, {"parts": [], "total": 0}])
    exported.write_text("".join(lines()), encoding="utf-8")
    code, out = run(exported)
    assert code == 0
    assert "2 results NOT recomputed" in out
    report = files.verify(exported.read_text().splitlines(), recompute={"sum": check})
    assert (report.results, report.skipped) == ({"sum": 2}, {})
    wrong = exported.read_text().replace('"total":3', '"total":4')
    with pytest.raises(files.BrokenError, match="do not add up"):
        files.verify(wrong.splitlines(), recompute={"sum": check})
    assert second_verifier.verify(exported) == (9, 4)


def test_a_witness_signs_with_the_command(exported, tmp_path):
    shown, key = kept(tmp_path, 3), tmp_path / "mine.key"
    arguments = ["cosign", str(shown), "--key", str(key), "--name", "ngo.example"]
    done = CliRunner().invoke(command.record, arguments)
    assert done.exit_code == 0, done.output
    assert key.stat().st_mode & 0o777 == 0o600
    public = done.stderr.removeprefix("Your public key: ").strip()
    operations.add_witness(organization="시민단체", key=public, now=NOW)
    [row] = operations.cosign(text=done.stdout, now=NOW)
    assert row.witness.organization == "시민단체"
    assert CliRunner().invoke(command.record, arguments).stderr == done.stderr
    assert run_code(["cosign", str(exported), "--key", str(key), "--name", "x"]) == 2


def run_code(arguments):
    return CliRunner().invoke(command.record, arguments).exit_code
