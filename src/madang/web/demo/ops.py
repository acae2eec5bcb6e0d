"""The queue as an operator finds it one morning: work done in the night, one job that failed for good, one given up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from madang.explore.proposals.operations import theming
from madang.ground.footing.jobs import operate
from madang.ground.footing.models import Fault, Progress
from madang.ground.participation.models.delivery import Delivery

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

FAULT = (
    "OperationalError: server closed the connection unexpectedly\n"
    "  django/db/backends/utils.py:105 _execute\n"
    "  madang/explore/proposals/queries/theme_stats.py:66 read_voices"
)
REASON = "데이터베이스 점검 시간에 실행된 작업입니다. 점검 뒤 새로 계산하였으므로 다시 실행하지 않습니다."


def load(*, places: dict[str, Place], people: dict[str, User], now: datetime) -> None:
    """Themes of both provinces were asked for in the night: Gyeonggi's were computed, Seoul's failed."""
    # The residents of the sample have no mailbox; without this the worker's first ten minutes go into 8,000 letters.
    Delivery.objects.filter(user__email__endswith="@demo.invalid").delete()
    officer = next(user for user in people.values() if user.email.startswith("sio.gyeonggi"))
    admin = next(user for user in people.values() if user.is_superuser)
    _done(places["41"], officer, now - timedelta(hours=9))
    given_up = _failed(places["11"], admin, now - timedelta(hours=33))
    operate.discard(job_id=given_up, reason=REASON, by_id=admin.pk, now=now - timedelta(hours=24))
    _failed(places["11"], admin, now - timedelta(hours=8))


@transaction.atomic
def _done(place: Place, by: User, at: datetime) -> None:
    started = theming.request_themes(place=place, by=by, now=at)
    _ended(started.progress, "succeeded")
    Progress.objects.filter(pk=started.progress.pk).update(
        state="done", attempt=1, done=579, total=579, started_at=at + timedelta(seconds=2),
        updated_at=at + timedelta(seconds=14), finished_at=at + timedelta(seconds=14),
    )  # fmt: skip


@transaction.atomic
def _failed(place: Place, by: User, at: datetime) -> int:
    """A job whose every attempt fell into the hours of a database's maintenance."""
    progress = theming.request_themes(place=place, by=by, now=at).progress
    end = at + timedelta(minutes=2)
    Progress.objects.filter(pk=progress.pk).update(
        state="failed", attempt=5, error=FAULT, started_at=at, updated_at=end, finished_at=end
    )
    _ended(progress, "failed")
    Fault.objects.create(job_id=progress.job_id or 0, task=theming.TASK, attempt=5, error=FAULT, at=end)
    return progress.job_id or 0


def _ended(progress: Progress, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s, attempts = %s WHERE id = %s",
            [status, 5 if status == "failed" else 1, progress.job_id],
        )
