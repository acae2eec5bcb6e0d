"""What an operator decides about a failed job: once more, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from madang.ground.footing.models import Discarded, Fault, Progress

if TYPE_CHECKING:
    from datetime import datetime


class OperatorError(ValueError):
    """What the operator asked for cannot be done; the text says why."""


def _failed(job_id: int) -> ProcrastinateJob:
    job = ProcrastinateJob.objects.select_for_update().filter(pk=job_id, status="failed").first()
    if job is None:
        raise OperatorError(_("This job is not failed any more: somebody has decided about it, or it runs again."))
    return job


@transaction.atomic
def repeat(*, job_id: int, now: datetime) -> None:
    """Run a failed job once more, with the same arguments. Raises OperatorError."""
    job = _failed(job_id)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", [job.pk, now])
            Progress.objects.filter(job_id=job.pk, state="failed").update(
                state="waiting", finished_at=None, updated_at=now
            )
    except IntegrityError:
        raise OperatorError(_("The same work waits in the queue already; discard this one.")) from None


@transaction.atomic
def discard(*, job_id: int, reason: str, by_id: int, now: datetime) -> None:
    """Give a failed job up. The reason stays; the job goes. Raises OperatorError."""
    reason = " ".join(reason.split())
    if not reason:
        raise OperatorError(_("Say in a few words why this job is not needed any more."))
    if len(reason) > 500:
        raise OperatorError(_("Keep the reason within 500 characters."))
    job = _failed(job_id)
    fault = Fault.objects.filter(job_id=job.pk).order_by("-attempt").first()
    error = fault.error if fault else ""
    Discarded.objects.create(job_id=job.pk, task=job.task_name, error=error, reason=reason, by_id=by_id, at=now)
    Progress.objects.filter(job_id=job.pk, state="failed").update(reason=reason, updated_at=now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
