"""Background jobs that draw maps. Each is safe to start twice."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.explore.deliberations.operations import mapping, uploading
from madang.ground.footing import jobs
from madang.ground.footing.jobs.schedule import describe

describe(mapping.TASK, _("Opinion map of a deliberation"))
describe(uploading.TASK, _("Import of a conversation"))
describe("madang.explore.deliberations.tasks_maps.request_maps", _("Opinion maps that new votes are waiting for"))


@jobs.task(name=mapping.TASK)
def draw_map(job: jobs.Job, *, deliberation: int) -> None:
    """Draw the maps of one deliberation."""
    mapping.draw(pk=deliberation, now=timezone.now(), job=job)


@app.periodic(cron="* * * * *")
@app.task(name="madang.explore.deliberations.tasks_maps.request_maps", queueing_lock="request-maps")
def request_maps(timestamp: int) -> None:
    """Every minute, look for votes that no map has read."""
    del timestamp
    mapping.request_maps(now=timezone.now())


@jobs.task(name=uploading.TASK)
def load_conversation(job: jobs.Job, *, load: int) -> None:
    """Load an officer's upload."""
    uploading.run(pk=load, now=timezone.now(), job=job)
