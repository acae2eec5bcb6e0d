"""Background jobs: queued with their data, once for a key, seen while they run, finished once."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from madang.ground.footing import jobs
from madang.ground.footing.jobs.task import BackOff
from madang.ground.footing.models import Bucket, Progress

NOW = datetime(2026, 5, 1, tzinfo=UTC)
TASK = "tests.footing.work"


def ask(key="themes:41", **more):
    return jobs.start(
        task=TASK,
        key=key,
        label="Themes of %(place)s",
        params={"place": "경기도", "place_en": "Gyeonggi-do"},
        now=NOW,
        **more,
    )


@pytest.mark.django_db
def test_work_is_queued_with_its_arguments_and_shown_to_who_asked():
    started = ask(by_id=7, place_id=3, url="/themes/", place=41)
    job = ProcrastinateJob.objects.get(pk=started.progress.job_id)
    assert (job.task_name, job.status, job.lock) == (TASK, "todo", "themes:41")
    assert job.args == {"progress": str(started.progress.pk), "place": 41}
    assert (started.new, started.progress.state, started.progress.percent) == (True, "waiting", None)
    with translation.override("en"):
        assert started.progress.name == "Themes of Gyeonggi-do"
    with translation.override("ko"):
        assert started.progress.name == "경기도 주제 계산"


@pytest.mark.django_db
def test_a_key_has_one_piece_of_work_under_way_and_may_have_the_next_when_it_is_over():
    first = ask()
    again = ask()
    assert (again.new, again.progress.pk) == (False, first.progress.pk)
    assert ask("themes:11").new
    with jobs.running(first.progress.pk):
        assert not ask().new
    assert ask().new
    assert ProcrastinateJob.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_job():
    with pytest.raises(RuntimeError), transaction.atomic():
        Bucket.objects.create(key="data", due_at=NOW)
        ask()
        raise RuntimeError
    assert not ProcrastinateJob.objects.exists()
    assert not Progress.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_the_same_work():
    got, gate = [], threading.Barrier(8)

    def visit() -> None:
        gate.wait()
        got.append(ask())
        connection.close()

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert sum(one.new for one in got) == 1
    assert len({one.progress.pk for one in got}) == 1
    assert ProcrastinateJob.objects.count() == 1


def elsewhere(work) -> None:
    """Do something on a connection of its own, as another process would."""

    def act() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def seen_elsewhere(pk) -> tuple:
    """What another process sees at this moment."""
    found = []
    elsewhere(lambda: found.append(Progress.objects.values_list("state", "done", "total", "message").get(pk=pk)))
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_transaction_of_the_work_is_open():
    pk = ask().progress.pk
    with jobs.running(pk) as job, transaction.atomic():
        Bucket.objects.create(key="effect", due_at=NOW)
        job.advance(3, 10, message="Reading voices")
        assert seen_elsewhere(pk) == ("running", 3, 10, "Reading voices")
        job.advance(4, 10)  # within half a second: not worth a write
        assert seen_elsewhere(pk)[1] == 3
        job.advance(10, 10)
        assert seen_elsewhere(pk)[:3] == ("running", 10, 10)
        job.finish(url="/themes/?place=41")
        assert seen_elsewhere(pk)[0] == "running"
    assert seen_elsewhere(pk)[0] == "done"
    assert Progress.objects.get(pk=pk).url == "/themes/?place=41"


@pytest.mark.django_db(transaction=True)
def test_effect_and_end_commit_together():
    pk = ask().progress.pk
    with pytest.raises(ZeroDivisionError), jobs.running(pk) as job, transaction.atomic():
        Bucket.objects.create(key="effect", due_at=NOW)
        job.finish()
        raise ZeroDivisionError
    assert not Bucket.objects.exists()
    assert Progress.objects.get(pk=pk).state == "running"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("last_word", ["advance", "finish"])
def test_a_run_taken_for_dead_can_neither_report_nor_finish(last_word):
    pk = ask().progress.pk

    def second_run() -> None:
        with jobs.running(pk) as alive:
            alive.advance(1, 2)

    with pytest.raises(jobs.OvertakenError), jobs.running(pk) as dead, transaction.atomic():
        Bucket.objects.create(key="of the dead", due_at=NOW)
        elsewhere(second_run)
        dead.advance(2, 2) if last_word == "advance" else dead.finish()
    assert not Bucket.objects.exists()
    assert Progress.objects.values_list("state", "attempt", "done").get(pk=pk) == ("done", 2, 1)


@pytest.mark.django_db
def test_what_was_finished_is_not_begun_again():
    pk = ask().progress.pk
    with jobs.running(pk):
        pass
    with pytest.raises(jobs.AlreadyDoneError), jobs.running(pk):
        pytest.fail("ran twice")


@pytest.mark.django_db
def test_canceled_work_never_begins_or_stops_at_its_next_report():
    waiting, run = ask("a").progress, ask("b").progress
    assert jobs.cancel(progress=waiting.pk, now=NOW, reason="이미 있습니다.")
    assert ProcrastinateJob.objects.get(pk=waiting.job_id).status == "cancelled"
    with pytest.raises(jobs.CanceledError), jobs.running(waiting.pk):
        pytest.fail("began")
    with pytest.raises(jobs.CanceledError), jobs.running(run.pk) as job:
        assert jobs.cancel(progress=run.pk, now=NOW)
        job.advance(1, 2)
    assert not jobs.cancel(progress=run.pk, now=NOW)


@pytest.fixture
def declared():
    """A task of the tests; taken out again."""
    calls = []

    def declare(work, **more):
        calls.append(jobs.task(name=TASK, **more)(work))
        return calls[-1]

    yield declare
    app.tasks.pop(TASK, None)


def run(task, progress, attempts=0, **args):
    context = SimpleNamespace(job=SimpleNamespace(id=1, attempts=attempts), should_abort=bool)
    return task.func(context, progress=str(progress.pk), **args)


@pytest.mark.django_db
def test_a_failed_run_waits_for_the_next_and_the_last_one_stays_failed(declared):
    def work(job, *, place):
        raise ValueError(f"cannot read {place}, ask kim@example.org")

    task, progress = declare(declared, work), ask(place=41).progress
    with pytest.raises(ValueError):
        run(task, progress, place=41)
    progress.refresh_from_db()
    assert (progress.state, progress.finished_at) == ("waiting", None)
    with pytest.raises(ValueError):
        run(task, progress, attempts=4, place=41)
    progress.refresh_from_db()
    assert (progress.state, progress.attempt) == ("failed", 2)
    assert progress.error.startswith("ValueError: cannot read 41")
    assert "kim@" not in progress.error


def declare(declared, work, **more):
    return declared(work, **more)


@pytest.mark.django_db
def test_what_is_hopeless_is_not_tried_again(declared):
    def work(job):
        raise jobs.HopelessError("The file is empty.")

    progress = ask().progress
    with pytest.raises(jobs.HopelessError):
        run(declare(declared, work), progress)
    progress.refresh_from_db()
    assert progress.state == "failed"


@pytest.mark.django_db
def test_a_second_delivery_does_nothing(declared):
    done = []
    task, progress = declare(declared, lambda job: done.append(job.attempt)), ask().progress
    run(task, progress)
    run(task, progress)
    assert done == [1]


def test_pauses_grow_up_to_an_hour():
    again = BackOff(20)
    pauses = []
    for attempts in (0, 1, 2, 10):
        decision = again.get_retry_decision(exception=ValueError(), job=SimpleNamespace(attempts=attempts))
        pauses.append(round((decision.retry_at - datetime.now(UTC)) / timedelta(seconds=1)))
    assert pauses == [5, 10, 20, 3600]
    assert again.get_retry_decision(exception=ValueError(), job=SimpleNamespace(attempts=19)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("progress_finished_when_final", {"state": "odd"}),
        ("progress_within_total", {"done": 5, "total": 4}),
        ("progress_within_total", {"done": -1}),
        ("progress_finished_when_final", {"state": "canceled"}),
        ("progress_finished_when_final", {"finished_at": NOW}),
        ("progress_started_when_run", {"state": "running"}),
        ("progress_failed_with_its_error", {"state": "failed", "finished_at": NOW}),
    ],
)
def test_the_database_refuses_what_cannot_be(constraint, fields):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Progress.objects.create(
            **{"key": "k", "task": "t", "label": "l", "created_at": NOW, "updated_at": NOW} | fields
        )


@pytest.mark.django_db
def test_the_database_keeps_one_under_way_for_a_key():
    row = {"key": "k", "task": "t", "label": "l", "created_at": NOW, "updated_at": NOW}
    Progress.objects.create(**row)
    with pytest.raises(IntegrityError, match="one_job_under_way_for_a_key"), transaction.atomic():
        Progress.objects.create(id=uuid.uuid4(), **row)
    Progress.objects.create(**row, state="canceled", finished_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_work_without_a_queue_is_shown_too():
    with jobs.tracked(key="import", label="Index what was written", now=NOW) as job:
        job.advance(1, 4)
        row = Progress.objects.get()
        assert (row.state, row.percent, row.job_id) == ("running", 25, None)
        with jobs.tracked(key="import", label="Index what was written", now=NOW) as second:
            second.advance(9, 9)
            second.finish()
    row.refresh_from_db()
    assert (row.state, row.done) == ("done", 1)
    with pytest.raises(ZeroDivisionError), jobs.tracked(key="import", label="Index", now=NOW):
        raise ZeroDivisionError
    assert set(Progress.objects.values_list("state", flat=True)) == {"done", "failed"}


@pytest.mark.django_db(transaction=True)
def test_a_command_that_was_given_up_is_not_disturbed_but_a_cancel_stops_it():
    with jobs.tracked(key="import", label="Index", now=NOW) as job:
        Progress.objects.update(state="failed", error="silent", finished_at=NOW)
        job._reported = float("-inf")
        job.advance(2, 4)
    with pytest.raises(jobs.CanceledError), jobs.tracked(key="import", label="Index", now=NOW) as job:
        jobs.cancel(progress=job.pk, now=NOW)
        job.advance(2, 4)
