"""Polis' files: read whole or refused with the line, loaded once, and given away so that they come back the same."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner
from django.utils import timezone

from madang.engines.opinions.reading import read_statements, read_votes
from madang.explore.deliberations.importing import polis
from madang.explore.deliberations.models import Cast, Deliberation, Load, Map, Statement, Vote
from madang.explore.deliberations.operations import importing, mapping, uploading
from madang.explore.deliberations.queries import exchange
from madang.explore.deliberations.queries.votes import read
from madang.ground.footing import jobs
from madang.ground.record.models import Entry
from tests.factories import PlaceFactory, UserFactory
from tests.needs import require

pytestmark = pytest.mark.django_db
NOW = timezone.now()
COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    "1500000000000,x,0,1,2,1,1,밤길이 어둡다\n"
    '1500000001000,x,1,1,1,1,0,"=HYPERLINK(""x""), 쉼표와\n줄바꿈"\n'
    "1500000002000,x,2,2,0,0,-1,욕설\n"
)  # fmt: skip
VOTES = (
    "timestamp,datetime,comment-id,voter-id,vote\n"
    "1500000010000,x,0,5,-1\n1500000020000,x,0,5,1\n1500000011000,x,0,6,1\n1500000012000,x,0,7,-1\n"
    "1500000013000,x,1,5,1\n1500000014000,x,1,6,-1\n1500000015000,x,2,6,0\n"
)
FILES = {
    "votes.csv": VOTES.encode(),
    "comments.csv": COMMENTS.encode(),
    "summary.csv": b"topic,Streets\nurl,https://x\n",
}


def load(files=None, place=None, **values):
    conversation = polis.read(files or FILES)
    return importing.import_conversation(
        conversation=conversation, place=place or PlaceFactory(), attribution="CC BY 4.0, X", now=NOW, **values
    )


def test_the_last_vote_of_a_pair_counts_and_times_are_kept() -> None:
    done, before = load()
    made = done.deliberation
    made.refresh_from_db()
    assert not before and made.title == "Streets" and made.status == "closed" and made.source == "imported"
    assert Vote.objects.get(participant__number=5, statement__number=0).value == 1
    assert Vote.objects.count() == 6 and Cast.objects.count() == 7
    assert made.opens_at.timestamp() == 1500000010 and made.closes_at.timestamp() == 1500000020
    assert Statement.objects.get(number=2).status == "rejected"
    assert Statement.objects.get(number=1).text == '=HYPERLINK("x"), 쉼표와 줄바꿈'
    assert Entry.objects.filter(kind=importing.KIND, subject=made.record_key).count() == 1


def test_the_same_files_are_one_deliberation_however_often_they_come() -> None:
    place = PlaceFactory()
    first, _ = load(place=place)
    again, before = load(place=place)
    assert before and again.pk == first.pk
    assert Deliberation.objects.count() == 1 and Cast.objects.count() == 7


def test_an_interrupted_load_goes_on_where_it_stood(monkeypatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    place = PlaceFactory()

    class Stop:
        def advance(self, done, total=None, **_rest):
            if done >= 3:
                raise jobs.CanceledError("x")

    with pytest.raises(jobs.CanceledError):
        load(place=place, job=Stop())
    assert Load.objects.get().events == 3 and Deliberation.objects.get().status == "draft"
    done, before = load(place=place)
    assert not before and done.events == 7 and Cast.objects.count() == 7 and Vote.objects.count() == 6


def test_a_raw_export_in_which_minus_one_agrees_is_turned() -> None:
    lines = VOTES.splitlines()
    turned = [lines[0], *(",".join([*x.split(",")[:4], str(-int(x.split(",")[4]))]) for x in lines[1:])]
    more = COMMENTS.replace("0,1,2,1,1", "0,1,5,0,1")
    files = {**FILES, "votes.csv": "\n".join(turned).encode(), "comments.csv": more.encode()}
    told = polis.read(files, sign="minus")
    assert told.events.said.tolist() == polis.read(FILES).events.said.tolist()
    assert polis.read(files, sign="plus").events.said.tolist() != told.events.said.tolist()
    plenty = "".join(f"16{n:011},x,0,{n},-1\n" for n in range(20, 40))
    counted = COMMENTS.replace("0,1,2,1,1", "0,1,20,0,1")
    raw = {"votes.csv": (lines[0] + "\n" + plenty).encode(), "comments.csv": counted.encode()}
    assert set(polis.read(raw).events.said.tolist()) == {1}


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("votes.csv", VOTES.replace("0,7,-1", "0,7,2"), 5),
        ("votes.csv", VOTES + "1500000016000,x,1\n", 9),
        ("votes.csv", "a,b,c\n1,2,3\n", 1),
        ("votes.csv", "timestamp,comment-id,voter-id,vote\n", 0),
        ("votes.csv", b"\xff\xfe\x00a", 1),
        ("votes.csv", VOTES.encode() + b"\xb9\xe3,1,1,1,1\n", 9),
        ("comments.csv", COMMENTS + "1,x,0,1,0,0,1,again\n", 6),
        ("comments.csv", COMMENTS + "1,x,9,1,0,0,1,\n", 0),
        ("comments.csv", COMMENTS + "1,x,9,1,0,0,1," + "가" * 1001 + "\n", 0),
    ],
)
def test_hostile_files_are_refused_with_file_line_and_mend(name, content, line) -> None:
    files = {**FILES, name: content if isinstance(content, bytes) else content.encode()}
    with pytest.raises(polis.BadFileError) as told:
        polis.read(files)
    assert told.value.name == name and told.value.line == line and len(told.value.why) > 10
    assert not Deliberation.objects.exists()


def test_a_missing_file_source_or_title_is_told() -> None:
    with pytest.raises(polis.BadFileError, match=r"votes\.csv"):
        polis.read({"comments.csv": COMMENTS.encode()})
    conversation = polis.read({name: FILES[name] for name in ("votes.csv", "comments.csv")})
    values = {"conversation": conversation, "place": PlaceFactory(), "now": NOW}
    with pytest.raises(importing.NoTitleError):
        importing.import_conversation(attribution="X", **values)
    with pytest.raises(importing.NoAttributionError):
        importing.import_conversation(attribution=" ", title="T", **values)


def given(made: Deliberation) -> dict[str, bytes]:
    drawn = Map.objects.filter(deliberation=made, method="polis").first()
    return {f"{name}.csv": b"".join(make(made, drawn, "https://x")) for name, make in exchange.FILES.items()}


def test_what_is_given_away_comes_back_the_same() -> None:
    done, _ = load()
    made = done.deliberation
    mapping.draw(pk=made.pk, now=NOW)
    files = given(made)
    statements = read_statements(io.BytesIO(files["comments.csv"]))
    votes = read_votes(io.BytesIO(files["votes.csv"]), statements)
    assert votes.digest() == read(made).votes.digest()
    rows = list(csv.DictReader(io.StringIO(files["comments.csv"].decode())))
    assert [(row["agrees"], row["disagrees"], row["moderated"]) for row in rows] == [
        ("2", "1", "1"), ("1", "1", "1"), ("0", "0", "-1")
    ]  # fmt: skip
    people = list(csv.DictReader(io.StringIO(files["participants-votes.csv"].decode())))
    assert [(row["participant"], row["n-votes"], row["n-agree"], row["0"], row["1"]) for row in people] == [
        ("5", "2", "2", "1", "1"), ("6", "3", "1", "1", "-1"), ("7", "1", "0", "-1", "")
    ]  # fmt: skip
    assert b"topic,Streets" in files["summary.csv"]


def test_no_cell_is_run_by_a_spreadsheet() -> None:
    done, _ = load()
    rows = list(csv.DictReader(io.StringIO(b"".join(exchange.comments_csv(done.deliberation)).decode())))
    assert rows[1]["comment-body"].startswith("'=")


def test_an_upload_is_loaded_by_a_job_once() -> None:
    place, by = PlaceFactory(), UserFactory()
    values = {
        "place": place, "attribution": "CC BY", "title": "", "language": "ko", "sign": "auto", "by": by, "now": NOW,
    }  # fmt: skip
    started = uploading.upload(files=FILES, **values)
    assert uploading.upload(files=FILES, **values).progress.pk == started.progress.pk
    row = Load.objects.get()
    uploading.run(pk=row.pk, now=NOW, job=jobs.SILENT)
    row.refresh_from_db()
    assert row.finished_at and not row.files and row.deliberation.maps.filter(published_at__isnull=False).count() == 2
    uploading.run(pk=row.pk, now=NOW, job=jobs.SILENT)
    with pytest.raises(uploading.LoadedBeforeError):
        uploading.upload(files=FILES, **values)


@pytest.mark.parametrize("name", ["brexit-consensus", "15-per-hour-seattle", "vtaiwan.uberx"])
def test_real_conversations_load_and_their_counts_fit(shared_opinions, name) -> None:
    folder = shared_opinions / name
    files = {one.name: one.read_bytes() for one in folder.glob("*.csv")}
    done, _ = load(files)
    made = done.deliberation
    made.refresh_from_db()
    told = dict(csv.reader(io.StringIO(files["summary.csv"].decode())))
    assert made.participant_count == int(told["voters"])
    assert made.statements.count() == int(told["comments"])
    votes = read_votes(io.BytesIO(files["votes.csv"]), read_statements(io.BytesIO(files["comments.csv"])))
    assert read(made).votes.digest() == votes.digest()


@pytest.fixture
def shared_opinions():
    from pathlib import Path

    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "opinions"
    if not folder.is_dir():
        require("../shared/data/opinions is not here", "MADANG_REQUIRE_SHARED")
    return folder


def test_the_command_loads_a_folder_and_refuses_a_bad_one(tmp_path) -> None:
    from madang.web.commands.conversations import deliberation

    place = PlaceFactory()
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    arguments = [str(tmp_path), "--place", place.code, "--attribution", "CC BY", "--json", "-"]
    done = CliRunner().invoke(deliberation, arguments)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["participants"], told["votes"], told["events"], told["before"]) == (3, 6, 7, False)
    assert json.loads(CliRunner().invoke(deliberation, arguments).stdout)["before"] is True
    (tmp_path / "votes.csv").write_text(VOTES.replace("0,7,-1", "0,7,9"))
    bad = CliRunner().invoke(deliberation, arguments)
    assert bad.exit_code == 2 and "votes.csv, line 5" in bad.stderr
