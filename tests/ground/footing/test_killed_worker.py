"""kill -9 of a worker in mid-job loses nothing and doubles nothing."""

from __future__ import annotations

import collections
import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from madang.ground.footing import jobs
from madang.ground.footing.models import Bucket, Fault, Progress
from tests.ground.footing.killed_worker import ROWS, TASK, UNDONE

pytestmark = pytest.mark.django_db(transaction=True)
JOBS = 12


def start_worker() -> subprocess.Popen:
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    environment = os.environ | {"DATABASE_URL": url, "MADANG_LOG_LEVEL": "ERROR"}
    return subprocess.Popen([sys.executable, "-m", "tests.ground.footing.killed_worker"], env=environment)


def until(true, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def finished() -> int:
    return Progress.objects.filter(task=TASK, state="done").count()


@pytest.fixture
def workers():
    """Start workers; what is left of them is killed."""
    running = []

    def start() -> subprocess.Popen:
        running.append(start_worker())
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.wait()


def ask() -> None:
    for number in range(JOBS):
        jobs.start(task=TASK, key=f"slow:{number}", label="Slow", now=timezone.now(), number=number)


def exact_counts() -> None:
    """Each job wrote all its rows once, in one run, and queued its follow-up once."""
    rows, runs = collections.Counter(), collections.defaultdict(set)
    for key in Bucket.objects.values_list("key", flat=True):
        number, attempt, _ = key.split(":")
        rows[number] += 1
        runs[number].add(attempt)
    assert rows == {str(number): ROWS for number in range(JOBS)}
    assert all(len(attempts) == 1 for attempts in runs.values())
    assert ProcrastinateJob.objects.filter(task_name="tests.footing.next").count() == JOBS
    assert ProcrastinateJob.objects.filter(task_name=TASK, status="succeeded").count() == JOBS


def test_killed_in_mid_job(workers):
    ask()
    killed = 0
    while killed < 2:
        worker = workers()
        seen = finished()
        # In the middle: some are done, two are half way in their transactions.
        until(lambda seen=seen: finished() > seen and Progress.objects.filter(state="running", done__gt=0).exists())
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        killed += 1
        assert finished() < JOBS
    assert ProcrastinateJob.objects.filter(task_name=TASK, status="doing").exists()
    time.sleep(1.6)  # the heartbeat of the dead grows old
    workers()
    until(lambda: finished() == JOBS)
    until(lambda: not ProcrastinateJob.objects.filter(task_name=TASK, status="doing").exists())
    exact_counts()
    assert Fault.objects.filter(task=TASK, error__startswith="The worker that ran it died").exists()
    assert Progress.objects.filter(task=TASK, attempt__gt=1).exists()


def test_a_stop_request_lets_jobs_finish(workers):
    ask()
    worker = workers()
    until(lambda: finished() > 0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert not ProcrastinateJob.objects.filter(status="doing").exists()
    assert Progress.objects.filter(state="running").count() == 0
    assert finished() == ProcrastinateJob.objects.filter(task_name=TASK, status="succeeded").count() < JOBS


def test_what_a_failed_job_queued_is_undone_with_it(workers):
    """The worker fetches on connections of its own, but a job queues on the connection of its transaction."""
    failed = jobs.start(task=UNDONE, key="failing", label="Failing", now=timezone.now()).progress
    workers()
    until(lambda: ProcrastinateJob.objects.filter(pk=failed.job_id, status="failed").exists())
    assert not ProcrastinateJob.objects.filter(task_name="tests.footing.next").exists()
    assert Fault.objects.get(job_id=failed.job_id).error.startswith("RuntimeError: no")
    failed.refresh_from_db()
    assert (failed.state, failed.attempt) == ("failed", 1)
