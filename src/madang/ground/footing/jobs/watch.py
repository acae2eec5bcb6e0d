"""Around every job of a worker: why it failed is kept, and its logs carry its number."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection
from django.utils import timezone

from madang.ground.footing.bound import bound
from madang.ground.footing.jobs.errors import ShutdownError, public_error
from madang.ground.footing.models import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from procrastinate import App
    from procrastinate.job_context import JobContext
    from procrastinate.worker import Worker

log = logging.getLogger("madang.jobs")


def watch(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Run a job; keep the reason of its failure for the operators' page."""
    del worker
    try:
        with bound(request=str(context.job.task_kwargs.get("request", "")), job=str(context.job.id)):
            return call_next()
    except ShutdownError:
        raise
    except BaseException as error:
        _keep(context, error)
        raise


def _keep(context: JobContext, error: BaseException) -> None:
    job = context.job
    if job.id is None or connection.in_atomic_block:
        return
    fault = Fault(
        job_id=job.id, task=job.task_name, attempt=job.attempts + 1, error=public_error(error), at=timezone.now()
    )
    with contextlib.suppress(DatabaseError):  # the reason may be the database itself
        Fault.objects.bulk_create([fault], ignore_conflicts=True)


def install(app: App) -> None:
    """Have every worker of this process watched (PROCRASTINATE_ON_APP_READY)."""
    kept = list(app.worker_defaults.get("task_middleware") or [])
    app.worker_defaults["task_middleware"] = [*kept, watch]
