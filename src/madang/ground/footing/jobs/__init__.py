"""Background jobs with progress: queued in the transaction of their data, shown while they run, finished exactly once.

    started = jobs.start(task=TASK, key=f"themes:{place.pk}", label=gettext_noop("Themes of %(place)s"),
                         params={"place": place.name}, by_id=by.pk, place_id=place.pk, now=now, place=place.pk)

    @jobs.task(name=TASK)                       # in tasks.py
    def compute_themes(job: jobs.Job, *, place: int) -> None:
        compute(place=…, now=timezone.now(), job=job)

    job.advance(done, total)                    # in the operation, as often as it likes
    job.finish(url=…)                           # in the transaction that writes the result

A run that is killed is run again; what it had not committed is gone, and what it had committed with `finish` is not
done twice.
"""

from madang.ground.footing.jobs.errors import (
    AlreadyDoneError,
    CanceledError,
    HopelessError,
    OvertakenError,
    public_error,
)
from madang.ground.footing.jobs.progress import SILENT, Job, Run, running
from madang.ground.footing.jobs.start import Started, cancel, start
from madang.ground.footing.jobs.survey import latest
from madang.ground.footing.jobs.task import BackOff, task
from madang.ground.footing.jobs.tracked import tracked

__all__ = [
    "SILENT",
    "AlreadyDoneError",
    "BackOff",
    "CanceledError",
    "HopelessError",
    "Job",
    "OvertakenError",
    "Run",
    "Started",
    "cancel",
    "latest",
    "public_error",
    "running",
    "start",
    "task",
    "tracked",
]
