"""Progress of work that no queue runs: a command, or a nightly sweep that turned out to be long."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from madang.ground.footing.jobs.errors import CanceledError, OvertakenError, public_error
from madang.ground.footing.jobs.progress import SILENT, Job, Run, failed
from madang.ground.footing.models import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


class Tracked(Run):
    """A run that only tells: it is never taken over, and only a person stops it."""

    def _stop(self) -> None:
        with contextlib.suppress(OvertakenError):
            super()._stop()


@contextlib.contextmanager
def tracked(
    *, key: str, label: str, now: datetime, params: Mapping[str, Any] | None = None, place_id: int | None = None,
) -> Iterator[Job]:  # fmt: skip
    """Show what this block does on the operators' page; silent where work for the key is shown already."""
    row = Progress(
        key=key, task="", label=label, params=dict(params or {}), place_id=place_id, state="running", attempt=1,
        created_at=now, started_at=now, updated_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        yield SILENT
        return
    run = Tracked(row.pk, 1)
    try:
        yield run
        run.finish()
    except CanceledError:
        raise
    except BaseException as error:
        failed(progress=row.pk, error=public_error(error), again=False, now=now)
        raise
    finally:
        run.close()
