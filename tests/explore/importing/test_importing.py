"""Files into the site: once, whatever happens on the way."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.conninfo import make_conninfo

from madang.engines.texts import privacy
from madang.explore.proposals.importing.problems import BadFileError
from madang.explore.proposals.models import Answer, ImportBatch, Proposal
from madang.explore.proposals.operations import importing
from madang.explore.proposals.operations.importing import import_proposals
from madang.explore.proposals.queries import imports
from madang.ground.participation.models import SearchDocument, Subject
from madang.ground.places.models import Office
from madang.ground.record.models import Entry
from tests.explore.importing.conftest import HEADER, rows
from tests.factories import OfficeFactory, ProposalFactory, gyeonggi, suwon

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WITH_ANSWER = [*HEADER, "부서", "답변", "답변일"]


def load(path, place=None, **options):
    return import_proposals(path=path, place=place or gyeonggi(), now=NOW, **options)


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 100)


def whole():
    """Whether every imported proposal has its subject, its document and one id of its own."""
    ids = list(Proposal.objects.exclude(source_id="").values_list("source", "source_id"))
    assert len(ids) == len(set(ids))
    count = len(ids)
    assert Subject.objects.filter(proposal__source_id__gt="").count() == count
    assert SearchDocument.objects.filter(subject__proposal__source_id__gt="", waiting=True).count() == count
    # Nothing left behind by a batch that was rolled back.
    assert Subject.objects.filter(kind="proposal", proposal=None).count() == 0
    return count


@pytest.mark.django_db
def test_a_file_becomes_proposals_that_wait_for_the_index(write):
    done = load(write(rows(3)))
    assert (done.rows, done.loaded, done.repeated, done.rejected) == (3, 3, 0, 0)
    first = Proposal.objects.get(source_id="v2")
    assert (first.title, first.byline, first.source, first.language) == ("제안 2", "시민", "voices", "ko")
    assert first.support_count == first.subject.support_count == 2
    assert timezone.localtime(first.created_at).date().isoformat() == "2026-01-03"
    assert first.excerpt.startswith("버스 정류장 2곳에")
    assert (first.status, first.seen_at, first.author) == ("open", None, None)
    assert whole() == 3
    assert ProcrastinateJob.objects.filter(task_name="madang.search.index_waiting").count() == 1


@pytest.mark.django_db
def test_the_same_file_again_loads_nothing(write, django_assert_max_num_queries):
    path = write(rows(1500))
    load(path)
    with django_assert_max_num_queries(8):
        again = load(path)
    assert (again.done_before, again.loaded, again.repeated) == (True, 0, 1500)
    renamed = path.rename(path.with_name("other.csv"))
    assert load(renamed).loaded == 0
    assert whole() == 1500


@pytest.mark.django_db
def test_a_longer_file_of_the_same_name_adds_what_is_new(write):
    load(write(rows(5)))
    done = load(write(rows(8)))
    assert (done.loaded, done.repeated) == (3, 5)
    assert load(write(rows(8), "apart.csv"), source="voices").loaded == 0
    assert load(write(rows(9), "other.csv"), source="another").loaded == 9
    # The very same bytes are the same file, whatever the name and the source: no voice is doubled by a mistyped option.
    assert load(write(rows(9), "again.csv"), source="third").loaded == 0


@pytest.mark.django_db
def test_bad_rows_are_refused_with_their_reasons_and_the_sound_ones_load(write):
    table = rows(4)
    table += [["v1", "같은 번호", "내용", "2026-01-01", 0], ["w1", "", "내용", "2026-01-01", 0]]
    table += [["w2", "내일", "내용", "2026-12-01", 0], ["w3", "표", "내용", "2026-01-01", "많음"]]
    table += [
        ["v9", "전화", "010-1234-5678 <b>굵게</b>", "2026-01-01", 0],
        ["=1+1", "x" * 300, "010-9999-8888", "", ""],
    ]
    done = load(write(table))
    assert (done.loaded, done.rejected) == (5, 5)
    found = {one.row: one for one in imports.rejections(done.batch)}
    assert list(found) == [6, 7, 8, 9, 11]
    assert "line 2" in found[6].reason
    assert "future" in found[8].reason
    assert "010" not in found[11].excerpt
    assert done.batch.masked == {"phone": 1}
    assert Proposal.objects.get(source_id="v9").body == "[전화번호] 굵게"
    assert done.first_problem[0] == 6


@pytest.mark.django_db
def test_a_file_with_refused_rows_is_read_again_and_loads_what_has_become_sound(write):
    path = write([*rows(2), ["t", "내일", "내용", "2026-11-23", 0]])
    assert load(path).rejected == 1
    later = import_proposals(path=path, place=gyeonggi(), now=NOW + timedelta(days=2))
    assert (later.loaded, later.repeated, later.rejected) == (1, 2, 0)
    assert later.batch.rejections.count() == 0
    assert later.batch.loaded == whole() == 3


@pytest.mark.django_db
def test_a_row_may_name_a_place_within_the_place_of_the_import(write):
    suwon()
    names = ["", "41110", "수원시", "경기도 수원시", "Suwon-si", "41", "서울특별시"]
    table = [[*row, name] for row, name in zip(rows(7), names, strict=True)]
    done = load(write(table, header=[*HEADER, "지역"]))
    assert dict(Proposal.objects.values_list("source_id", "place__code")) == {
        "v1": "41", "v2": "41110", "v3": "41110", "v4": "41110", "v5": "41110", "v6": "41",
    }  # fmt: skip
    assert "서울특별시" in done.first_problem[1]
    assert set(Subject.objects.values_list("place__code", flat=True)) == {"41", "41110"}


@pytest.mark.django_db
def test_an_offices_answer_comes_along_with_its_entry_in_the_record(write):
    known = OfficeFactory(place=gyeonggi(), name_ko="교통정책과")
    table = [
        [*rows(1)[0], "교통 정책과", "내년에 설치하겠습니다.", "2026-02-10"],
        [*rows(1, 2)[0], "공원녹지과", "검토했습니다. 문의 031-123-4567", ""],
        [*rows(1, 3)[0], "", "이미 시행하고 있습니다.", ""],
        [*rows(1, 4)[0], "공원녹지과", "", ""],
    ]
    load(write(table, header=WITH_ANSWER))
    offices = dict(Answer.objects.values_list("proposal__source_id", "office__name_ko"))
    assert offices == {"v1": "교통정책과", "v2": "공원녹지과", "v3": "경기도"}
    assert Answer.objects.get(proposal__source_id="v1").office == known
    made = Office.objects.get(name_ko="공원녹지과")
    assert (made.kind, made.key, made.place.code, made.active) == ("department", "공원녹지과", "41", True)
    assert not Office.objects.get(name_ko="경기도").active
    first, last = Proposal.objects.get(source_id="v1"), Proposal.objects.get(source_id="v4")
    assert (first.status, last.status) == ("answered", "open")
    assert timezone.localtime(first.answered_at).date().isoformat() == "2026-02-10"
    assert Proposal.objects.get(source_id="v2").answered_at == Proposal.objects.get(source_id="v2").created_at
    entry = Entry.objects.get(subject=first.record_key)
    assert (entry.kind, entry.at, entry.office) == ("answered", first.answered_at, known)
    assert "031" not in Answer.objects.get(proposal__source_id="v2").body


@pytest.mark.django_db
def test_rows_may_name_their_own_source(write):
    load(write([[*rows(1)[0], "epeople"], [*rows(1)[0], ""]], header=[*HEADER, "출처"]))
    assert set(Proposal.objects.values_list("source", "source_id")) == {("epeople", "v1"), ("voices", "v1")}


@pytest.mark.django_db
def test_a_file_unusable_as_a_whole_leaves_nothing(write):
    with pytest.raises(BadFileError):
        load(write("a,b\n1,2\n"))
    with pytest.raises(BadFileError, match="40 characters"):
        load(write(rows(1)), source="x" * 41)
    assert not ImportBatch.objects.exists()


@pytest.mark.django_db
def test_no_rows_are_no_error(write):
    done = load(write("id,title,body\n"))
    assert (done.rows, done.batch.finished_at) == (0, NOW)


@pytest.mark.django_db
def test_an_interruption_loses_nothing_and_the_next_run_goes_on(write, monkeypatch, small_batches):
    path = write([*rows(250), ["bad", "", "", "", ""], *rows(50, 251), ["v7", "again", "x", "2026-01-01", 0]])

    def interrupted(run, table, store=importing._load, calls=[]):  # noqa: B006
        calls.append(1)
        store(run, table)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_load", interrupted)
        with pytest.raises(KeyboardInterrupt):
            load(path)
    batch = ImportBatch.objects.get()
    assert (batch.rows_read, batch.loaded, batch.finished_at, whole()) == (200, 200, None, 200)
    done = load(path)
    assert (done.resumed_from, done.loaded, done.rejected) == (200, 100, 2)
    batch.refresh_from_db()
    assert (batch.rows_read, batch.loaded, batch.repeated, batch.rejected) == (302, 300, 0, 2)
    assert whole() == 300
    # The id of a row done before the interruption is known to the rows behind it.
    assert "v7" in batch.rejections.get(row=303).reason


@pytest.mark.django_db
def test_a_voice_written_here_is_not_in_the_way(write):
    ProposalFactory(place=gyeonggi())
    assert load(write(rows(1))).loaded == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_load_each_row_once(write, small_batches):
    path, place = write([*rows(700), ["bad", "", "", "", ""]]), gyeonggi()
    table = [[*row, "새 부서", "답변입니다"] for row in rows(300, 600)]
    other = write(table, "other.csv", header=[*HEADER, "부서", "답변"])
    done, errors = [], []

    def run(file):
        try:
            done.append(load(file, place, source="s"))
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(file,)) for file in (path, path, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert whole() == 899
    first, second = ImportBatch.objects.order_by("name")
    assert (first.rows_read, first.loaded + first.repeated) == (300, 300)
    assert (second.rows_read, second.loaded + second.repeated, second.rejected) == (701, 700, 1)
    assert first.loaded + second.loaded == sum(one.loaded for one in done) == 899
    assert Office.objects.filter(name_ko="새 부서").count() == 1


def _environment():
    parts = connection.settings_dict
    url = make_conninfo("", dbname=parts["NAME"], user=parts["USER"], password=parts["PASSWORD"] or None,
                        host=parts["HOST"], port=parts["PORT"] or None)  # fmt: skip
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "LC_ALL": "en_US.UTF-8",
    }


def _start(path):
    command = [sys.executable, "-m", "madang.web.cli", "import", "proposals", str(path), "--place", "41", "--json", "-"]
    return subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


@pytest.mark.django_db(transaction=True)
def test_kill_minus_9_in_mid_import_and_again(write):
    gyeonggi()
    count = 4000
    path = write([*rows(count), ["bad", "", "", "", ""]])
    first = _start(path)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and first.poll() is None:
        if ImportBatch.objects.filter(rows_read__gte=1000).exists():
            break
        time.sleep(0.01)
    first.kill()
    first.communicate()
    stood = ImportBatch.objects.get()
    assert stood.finished_at is None, "the import was over before it could be killed"
    assert stood.rows_read == stood.loaded
    assert whole() == stood.loaded < count
    second = _start(path)
    out, _ = second.communicate(timeout=120)
    assert second.returncode == 0, out
    stood.refresh_from_db()
    assert (stood.rows_read, stood.loaded, stood.repeated, stood.rejected) == (count + 1, count, 0, 1)
    assert whole() == count


@pytest.mark.django_db
def test_real_voices(shared, write):
    """The first 300 proposals to Seoul, and the answered ones among all."""
    with gzip.open(shared / "voices" / "seoul_proposals.jsonl.gz", "rb") as lines:
        head = list(islice(lines, 300))
        answered = [line for line in lines if b'"dept_opinion"' in line][:60]
    done = load(write(b"".join([*head, *answered]), "seoul_proposals.jsonl"))
    assert done.loaded >= 350
    assert done.loaded + done.rejected == 360
    assert Answer.objects.count() >= 50
    assert whole() == done.loaded
    assert not any(privacy.find(body) for body in Proposal.objects.values_list("body", flat=True))
