"""Declaring a task that somebody waits for: tried again with growing pauses, never run to its end twice."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app

from madang.ground.footing.bound import bound
from madang.ground.footing.jobs.errors import (
    AlreadyDoneError,
    CanceledError,
    HopelessError,
    OvertakenError,
    ShutdownError,
    public_error,
)
from madang.ground.footing.jobs.progress import SILENT, failed, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job as Queued


class BackOff(BaseRetryStrategy):
    """Try again after 5 s, 10 s, 20 s … at most an hour, `attempts` times in all; what is hopeless is not."""

    def __init__(self, attempts: int = 5, *, first: int = 5, longest: int = 3600) -> None:
        self.attempts, self.first, self.longest = attempts, first, longest

    def get_retry_decision(self, *, exception: BaseException, job: Queued) -> RetryDecision | None:
        """The pause before the next run, or None where this was the last."""
        if isinstance(exception, ShutdownError):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, HopelessError) or job.attempts + 1 >= self.attempts:
            return None
        return RetryDecision(retry_in={"seconds": min(self.first * 2**job.attempts, self.longest)})


def task(*, name: str, attempts: int = 5, queue: str = "default") -> Callable[[Callable[..., None]], Any]:
    """A task whose first argument is its job (`Job`), for `jobs.start`; also callable without progress."""
    again = BackOff(attempts)

    def declare(work: Callable[..., None]) -> Any:
        @app.task(name=name, queue=queue, retry=again, pass_context=True)
        @functools.wraps(work)
        def run(context: JobContext, progress: str | None = None, request: str = "", **arguments: Any) -> None:
            with bound(request=request, job=str(context.job.id)):
                if progress is None:
                    work(SILENT, **arguments)
                else:
                    _run(work, context, again, progress, arguments)

        return run

    return declare


def _run(
    work: Callable[..., None], context: JobContext, again: BackOff, progress: str, arguments: dict[str, Any]
) -> None:
    try:
        with running(progress, stopping=context.should_abort) as job:
            work(job, **arguments)
    except (AlreadyDoneError, CanceledError, OvertakenError):
        return
    except Exception as error:
        decision = again.get_retry_decision(exception=error, job=context.job)
        told = "" if isinstance(error, ShutdownError) else public_error(error)
        failed(progress=progress, error=told, again=decision is not None, now=timezone.now())
        raise
