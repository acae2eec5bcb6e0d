"""Whether background jobs are done, and soon enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from madang.ground.footing.checks import Problem
from madang.ground.footing.jobs import survey

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WAIT = 600


def problems() -> Iterator[Problem]:
    """A worker lives, nothing waits long, nothing failed for good without anybody's decision."""
    now = timezone.now()
    if not any(worker.alive for worker in survey.workers(now=now)):
        yield Problem(
            "No worker runs: nothing is indexed, sent, signed or computed.",
            "Run `madang work` (`madang serve` starts one by itself).",
        )
    for queue in survey.queues(now=now):
        if queue.oldest > LONGEST_WAIT:
            yield Problem(
                f"{queue.waiting} jobs wait in the queue {queue.name}, the oldest for {queue.oldest / 60:.0f} minutes.",
                "Start more workers, or one with --concurrency; /operate/jobs/ shows what runs.",
            )
        if queue.failed:
            yield Problem(
                f"{queue.failed} jobs of the queue {queue.name} have failed for good.",
                "Decide about each at /operate/jobs/: run it again or discard it.",
            )
