"""What the tests of talk share."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from madang.ground.participation import operations
from tests.factories import UserFactory

NOW = timezone.now()
WORDS = "정류장마다 앉을 곳이 있으면 좋겠습니다."


def say(subject, body=WORDS, by=None, **more):
    """Add a comment the way every door does."""
    by = by or UserFactory()
    return operations.comment(subject_id=subject.pk, by=by, body=body, now=more.pop("now", NOW), **more)


def later(**more):
    return NOW + timedelta(**more)


def at_once(*jobs):
    """Run jobs in real threads with connections of their own; what each returned or raised, in order."""
    found = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def run(at, job):
        try:
            gate.wait()
            found[at] = job()
        except Exception as error:  # noqa: BLE001 - what a thread raises would else be lost
            found[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
