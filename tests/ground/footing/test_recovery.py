"""What dead workers left, what operators decide, what is forgotten."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from madang.ground.footing import jobs
from madang.ground.footing.jobs import operate, recovery, schedule, survey
from madang.ground.footing.models import Discarded, Fault, Progress

NOW = datetime(2026, 5, 1, tzinfo=UTC)
TASK = "tests.recovery"


def sql(statement: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0] if cursor.description else None


def worker(*, silent: timedelta = timedelta(0)) -> int:
    return sql("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", timezone.now() - silent)


def fetched(by: int) -> int:
    """A worker takes the next job."""
    return sql("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", by)


def begun(key="work", *, by: int) -> Progress:
    """Work whose run is in the middle."""
    progress = jobs.start(task=TASK, key=key, label="Work", now=NOW).progress
    assert fetched(by) == progress.job_id
    Progress.objects.filter(pk=progress.pk).update(state="running", attempt=1, started_at=NOW)
    return progress


def status(progress: Progress) -> tuple[str, str]:
    progress.refresh_from_db()
    return progress.state, ProcrastinateJob.objects.get(pk=progress.job_id).status


@pytest.mark.django_db
def test_what_a_dead_worker_did_is_put_back_and_what_a_living_one_does_is_left():
    dead, alive = begun("a", by=worker(silent=timedelta(minutes=2))), begun("b", by=worker())
    assert recovery.recover(now=timezone.now()) == recovery.Recovered(again=1)
    assert status(dead) == ("waiting", "todo")
    assert status(alive) == ("running", "doing")
    assert Fault.objects.get(job_id=dead.job_id).error == recovery.DIED
    assert recovery.recover(now=timezone.now()) == recovery.Recovered()


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up():
    progress = begun(by=worker(silent=timedelta(minutes=2)))
    for _ in range(recovery.DEATHS - 1):
        assert recovery.recover(now=timezone.now()).again == 1
        sql("UPDATE procrastinate_jobs SET scheduled_at = NULL")
        fetched(worker(silent=timedelta(minutes=2)))
    assert recovery.recover(now=timezone.now()).given_up == 1
    assert status(progress) == ("failed", "failed")
    assert progress.error == "The worker that ran it died. (5)"


@pytest.mark.django_db
def test_a_sweep_that_waits_again_already_is_not_put_back_twice():
    from procrastinate.contrib.django import app

    app.configure_task(TASK, queueing_lock="sweep").defer()
    first = fetched(worker(silent=timedelta(minutes=2)))
    app.configure_task(TASK, queueing_lock="sweep").defer()
    assert recovery.recover(now=timezone.now()).given_up == 1
    assert ProcrastinateJob.objects.get(pk=first).status == "aborted"
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ended", "state"), [("succeeded", "waiting"), ("failed", "failed"), ("aborted", "failed"), (None, "failed")]
)
def test_progress_behind_which_no_job_stands_is_settled(ended, state):
    progress = begun(by=worker())
    if ended:
        sql("SELECT procrastinate_finish_job_v1(%s, %s, false)", progress.job_id, ended)
    else:
        sql("DELETE FROM procrastinate_jobs WHERE id = %s", progress.job_id)
    old = progress.job_id
    assert recovery.recover(now=NOW).orphans == 0  # it may be about to be settled by the run itself
    assert recovery.recover(now=timezone.now()).orphans == 1
    progress.refresh_from_db()
    assert progress.state == state
    if state == "waiting":
        again = ProcrastinateJob.objects.get(pk=progress.job_id)
        assert again.pk != old
        assert (again.status, again.args, again.lock) == ("todo", {"progress": str(progress.pk)}, "work")


@pytest.mark.django_db
def test_a_command_without_a_word_is_given_up():
    row = Progress.objects.create(
        key="k", task="", label="l", state="running", attempt=1, created_at=NOW, started_at=NOW, updated_at=NOW
    )
    assert recovery.recover(now=NOW + timedelta(minutes=29)).orphans == 0
    assert recovery.recover(now=NOW + timedelta(minutes=31)).orphans == 1
    row.refresh_from_db()
    assert row.state == "failed"


@pytest.mark.django_db(transaction=True)
def test_two_who_recover_at_once_put_back_once():
    for number in range(20):
        begun(f"work:{number}", by=worker(silent=timedelta(minutes=2)))
    found, gate = [], threading.Barrier(4)

    def act() -> None:
        gate.wait()
        found.append(recovery.recover(now=timezone.now()))
        connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.again for one in found) == 20
    assert ProcrastinateJob.objects.filter(status="todo", attempts=1).count() == 20


def failed_job(key="work") -> Progress:
    progress = begun(key, by=worker())
    sql("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", progress.job_id)
    Progress.objects.filter(pk=progress.pk).update(state="failed", error="ValueError: no", finished_at=NOW)
    Fault.objects.create(job_id=progress.job_id, task=TASK, attempt=1, error="ValueError: no\n  where.py:1 f", at=NOW)
    return progress


@pytest.mark.django_db
def test_an_operator_runs_it_again():
    progress = failed_job()
    operate.repeat(job_id=progress.job_id, now=NOW)
    assert status(progress) == ("waiting", "todo")
    assert progress.finished_at is None
    with pytest.raises(operate.OperatorError):
        operate.repeat(job_id=progress.job_id, now=NOW)


@pytest.mark.django_db
def test_it_is_not_run_again_beside_newer_work_for_the_same_key():
    progress = failed_job()
    newer = jobs.start(task=TASK, key="work", label="Work", now=NOW)
    assert newer.new
    with pytest.raises(operate.OperatorError, match=r"대기|waits"):
        operate.repeat(job_id=progress.job_id, now=NOW)
    assert status(progress) == ("failed", "failed")


@pytest.mark.django_db
def test_an_operator_gives_it_up_with_a_reason():
    progress = failed_job()
    for reason in ("", "   ", "x" * 501):
        with pytest.raises(operate.OperatorError):
            operate.discard(job_id=progress.job_id, reason=reason, by_id=1, now=NOW)
    operate.discard(job_id=progress.job_id, reason=" 필요  없음 ", by_id=1, now=NOW)
    row = Discarded.objects.get()
    assert (row.job_id, row.reason, row.error.splitlines()[0]) == (progress.job_id, "필요 없음", "ValueError: no")
    assert not ProcrastinateJob.objects.filter(pk=progress.job_id).exists()
    with pytest.raises(operate.OperatorError):
        operate.discard(job_id=progress.job_id, reason="again", by_id=1, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_decide_once():
    progress, decided, gate = failed_job(), [], threading.Barrier(6)

    def act(number: int) -> None:
        gate.wait()
        try:
            if number % 2:
                operate.repeat(job_id=progress.job_id, now=NOW)
            else:
                operate.discard(job_id=progress.job_id, reason="no", by_id=number, now=NOW)
            decided.append(number)
        except operate.OperatorError:
            pass
        connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(decided) == 1


@pytest.mark.django_db
def test_what_ended_well_long_ago_is_forgotten_and_what_failed_stays():
    done, failed = begun("done", by=worker()), failed_job("failed")
    sql("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", done.job_id)
    jobs.start(task=TASK, key="waiting", label="Work", now=NOW)
    Progress.objects.filter(state="failed").update(finished_at=timezone.now())
    later = timezone.now() + timedelta(days=8)
    assert recovery.sweep(now=timezone.now()) == 0
    assert recovery.sweep(now=later) == 1
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"failed", "todo"}
    assert Fault.objects.filter(job_id=failed.job_id).exists()
    assert Progress.objects.filter(state="failed").exists()
    recovery.sweep(now=later + timedelta(days=91))
    assert not Progress.objects.filter(state="failed").exists()


@pytest.mark.django_db
def test_the_survey_tells_what_waits_for_how_long():
    jobs.start(task=TASK, key="due", label="Work", now=NOW)
    jobs.start(task=TASK, key="later", label="Work", now=NOW, at=timezone.now() + timedelta(hours=1))
    (queue,) = survey.queues(now=timezone.now() + timedelta(minutes=5))
    assert (queue.name, queue.waiting, queue.later, queue.running, queue.failed) == ("default", 1, 1, 0, 0)
    assert 295 < queue.oldest < 400
    fetched(worker())
    (queue,) = survey.queues(now=timezone.now())
    assert (queue.waiting, queue.running, queue.oldest) == (0, 1, 0)
    busy, silent = survey.workers(now=timezone.now()), worker(silent=timedelta(minutes=2))
    assert [(one.alive, one.jobs) for one in busy] == [(True, 1)]
    assert not next(one for one in survey.workers(now=timezone.now()) if one.id == silent).alive


@pytest.mark.django_db
def test_the_schedule_names_every_task_once_with_its_next_run():
    lines = schedule.schedule(now=NOW)
    assert len({line.task for line in lines}) == len(lines)
    assert {"madang.jobs.recover", "madang.record.checkpoint"} <= {line.task for line in lines}
    assert all(line.next > NOW for line in lines)
    assert [line.next for line in lines] == sorted(line.next for line in lines)
    nameless = [line.task for line in lines if line.name == line.task]
    assert nameless == [], "Name each task with schedule.describe, so that operators read what it does."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        (
            "one_fault_for_a_run",
            lambda: [Fault.objects.create(job_id=1, task="t", attempt=1, error="e", at=NOW) for _ in "ab"],
        ),
        ("discarded_with_a_reason", lambda: Discarded.objects.create(job_id=1, task="t", reason="", by_id=1, at=NOW)),
        ("job_id", lambda: [Discarded.objects.create(job_id=1, task="t", reason="r", by_id=1, at=NOW) for _ in "ab"]),
    ],
)
def test_the_database_refuses(constraint, make):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()
