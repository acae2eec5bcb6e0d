"""Background jobs. Each is safe to start twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from procrastinate.contrib.django import app

from madang.explore.proposals.operations import overdue
from madang.explore.proposals.operations.finding import find_groups
from madang.explore.proposals.operations.theming import TASK
from madang.explore.proposals.operations.theming import compute_themes as compute
from madang.explore.proposals.queries import theme_stats
from madang.ground.footing import jobs
from madang.ground.footing.jobs.schedule import describe
from madang.ground.places.models import Place
from madang.ground.places.queries import provinces

describe(TASK, _("Themes of a province"))
describe("madang.explore.proposals.tasks.compute_all_themes", _("Themes of every province"))
describe("madang.explore.proposals.tasks.find_duplicates", _("Near-duplicates among the newest proposals"))
describe("madang.explore.proposals.tasks.find_all_duplicates", _("Near-duplicates among all proposals"))
describe("madang.explore.proposals.tasks.report_overdue", _("Report overdue answers"))


@jobs.task(name=TASK)
def compute_themes(job: jobs.Job, *, place: int) -> None:
    """Compute the themes of one province."""
    compute(place=Place.objects.get(pk=place), now=timezone.now(), job=job)


@app.periodic(cron="40 3 * * *")
@app.task(name="madang.explore.proposals.tasks.compute_all_themes", queueing_lock="all-themes")
def compute_all_themes(timestamp: int) -> None:
    """Compute themes nightly for every province."""
    del timestamp
    for place in provinces():
        compute(place=place, now=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="madang.explore.proposals.tasks.find_duplicates", queueing_lock="find-duplicates")
def find_duplicates(timestamp: int) -> None:
    """Look for near-duplicates of what was indexed in the last hour, every quarter of an hour."""
    now = timezone.now()
    for place in provinces():
        find_groups(place=place, now=now, since=datetime.fromtimestamp(timestamp, tz=UTC) - timedelta(hours=1))


@app.periodic(cron="20 3 * * *")
@app.task(name="madang.explore.proposals.tasks.find_all_duplicates", queueing_lock="find-all-duplicates")
def find_all_duplicates(timestamp: int) -> None:
    """Look through everything nightly: a worker that stood still for a day has missed nothing."""
    del timestamp
    for place in provinces():
        label, about = _("Near-duplicates of %(place)s"), theme_stats.names_of(place)
        with jobs.tracked(key=f"duplicates:{place.pk}", label=label, params=about, now=timezone.now()) as job:
            find_groups(place=place, now=timezone.now(), job=job)


@app.periodic(cron="10 * * * *")
@app.task(name="madang.explore.proposals.tasks.report_overdue", queueing_lock="report-overdue")
def report_overdue(timestamp: int) -> None:
    """Report answers that are overdue to the Social Innovation Officer, hourly."""
    del timestamp
    overdue.report_overdue(now=timezone.now())
