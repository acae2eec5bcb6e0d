"""Computing maps from votes, as often as votes arrive and no oftener than the machine bears."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop as _

from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Deliberation, Map, Statement
from madang.explore.deliberations.queries.votes import Read, read
from madang.ground.footing import jobs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.engines.opinions.results import Method, OpinionMap

TASK = "madang.explore.deliberations.tasks_maps.draw_map"
# The method that pages show comes first.
METHODS: tuple[Method, ...] = ("honest", "polis")
# A map is drawn anew at most this often, and at most a twentieth of the time of one worker goes into one deliberation.
PAUSE = timedelta(seconds=10)
SHARE = 20
LONGEST = timedelta(hours=1)
# Deliberations with a vote that their latest map has not read (or without a map), one probe of the index for each.
BEHIND = """
SELECT deliberation.subject_id
FROM explore_deliberations_deliberation deliberation
LEFT JOIN LATERAL (SELECT max(upto) AS upto FROM explore_deliberations_map map
                   WHERE map.deliberation_id = deliberation.subject_id AND map.current) latest ON true
WHERE deliberation.status = 'open' AND EXISTS (
    SELECT 1 FROM explore_deliberations_cast item
    JOIN explore_deliberations_statement statement ON statement.id = item.statement_id
    WHERE item.id > coalesce(latest.upto, 0) AND statement.deliberation_id = deliberation.subject_id)
"""
UNPUBLISHED = """
SELECT subject_id FROM explore_deliberations_deliberation deliberation
WHERE status = 'closed' AND NOT EXISTS (
    SELECT 1 FROM explore_deliberations_map map WHERE map.deliberation_id = subject_id AND published_at IS NOT NULL)
"""


def request_map(*, deliberation: Deliberation, now: datetime, at: datetime | None = None) -> jobs.Started:
    """Queue the drawing of the map, unless it is queued already."""
    return jobs.start(
        task=TASK, key=f"map:{deliberation.pk}", label=_("Opinion map of “%(title)s”"), now=now, at=at,
        params={"title": deliberation.title[:80]}, place_id=deliberation.place_id,
        url=deliberation.get_absolute_url(), deliberation=deliberation.pk,
    )  # fmt: skip


def request_maps(*, now: datetime) -> int:
    """Queue a map wherever votes are newer than it, and wherever voting ended and nothing is published yet."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND)
        behind = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(UNPUBLISHED)
        behind += [pk for (pk,) in cursor.fetchall()]
    for row in Deliberation.objects.filter(pk__in=behind):
        request_map(deliberation=row, now=now)
    return len(behind)


def pause_after(seconds: float) -> timedelta:
    """How long to wait after a map that took so long."""
    return min(max(PAUSE, timedelta(seconds=SHARE * seconds)), LONGEST)


def draw_maps(
    *, deliberation: Deliberation, now: datetime, methods: Sequence[Method] = METHODS, job: jobs.Job = jobs.SILENT
) -> list[Map]:
    """Draw the map with each method and keep it as the current one; one whose votes have not changed stays.

    Reading and drawing hold no lock; the result is written in one short transaction.
    """
    from madang.engines.opinions.maps import opinion_map

    job.advance(0, 2 * len(methods) + 1, message=_("Reading votes"))
    given = read(deliberation)
    digest, maps = given.votes.digest(), []
    for step, method in enumerate(methods):
        job.advance(2 * step + 1, 2 * len(methods) + 1, message=_("Drawing the map"))
        standing = _standing(deliberation, method, digest)
        if standing is None:
            told = opinion_map(given.votes, method=method, seed=deliberation.seed)
            standing = _keep(deliberation, told, given, now)
        maps.append(standing)
    _count(deliberation, given)
    return maps


def _standing(deliberation: Deliberation, method: Method, digest: str) -> Map | None:
    from madang.engines.opinions import ENGINE_VERSION

    return Map.objects.filter(
        deliberation=deliberation, method=method, current=True, input_digest=digest, engine_version=ENGINE_VERSION,
        seed=deliberation.seed,
    ).defer("points", "open_votes").first()  # fmt: skip


@transaction.atomic
def _keep(deliberation: Deliberation, told: OpinionMap, given: Read, now: datetime) -> Map:
    """Put the new map in the place of the one before, which goes unless something rests on it."""
    before = Map.objects.filter(deliberation=deliberation, method=told.method, current=True)
    kept = list(before.select_for_update().values_list("pk", flat=True))
    before.update(current=False)
    row = Map.objects.create(
        deliberation=deliberation, method=told.method, engine_version=told.version, seed=told.seed,
        input_digest=told.digest, upto=given.upto, participants=int((told.counted > 0).sum()),
        statements=len(told.statements), votes=told.votes, result=result_of(told, given),
        points=packing.pack_people(told), computed_at=now,
    )  # fmt: skip
    Map.objects.filter(pk__in=kept, published_at=None, taken=None).delete()
    return row


def result_of(told: OpinionMap, given: Read) -> dict[str, Any]:
    """What is kept of a map: what is published of it without its points, and for the pages tallies, outlines, axes."""
    from madang.engines.opinions import outline, placing
    from madang.engines.opinions.maps import published

    result = published(told)
    result.pop("points")
    result["pages"] = {
        "tallies": [one.tallies.tolist() for one in told.groups],
        "outlines": [outline.hull(told.points[told.group == one.id]) for one in told.groups],
        "axes": placing.as_json(placing.axes_of(told)),
        "hidden": sorted(int(given.votes.statements[j]) for j in given.votes.hidden),
        "meta": sorted(int(given.votes.statements[j]) for j in given.votes.meta),
    }
    return result


def _count(deliberation: Deliberation, given: Read) -> None:
    """Counters of lists, and how far the current maps have read, also where they stayed as they were."""
    import numpy as np

    shown = sum(status == Statement.Status.SHOWN for _number, status, _meta in given.statements)
    Deliberation.objects.filter(pk=deliberation.pk).update(
        participant_count=len(np.unique(given.votes.person)), vote_count=len(given.votes), statement_count=shown
    )
    Map.objects.filter(deliberation=deliberation, current=True).update(upto=given.upto)


def draw(*, pk: int, now: datetime, job: jobs.Job = jobs.SILENT) -> None:
    """The job: draw the maps; publish them where voting is over, else look again while votes arrive."""
    from madang.explore.deliberations.operations.publishing import publish_maps
    from madang.explore.deliberations.operations.replaying import draw_replay

    deliberation = Deliberation.objects.select_related("place").defer("place__boundary").get(pk=pk)
    began = time.monotonic()
    maps = draw_maps(deliberation=deliberation, now=now, job=job)
    job.advance(2 * len(METHODS), 2 * len(METHODS) + 1, message=_("Drawing the timelapse"))
    draw_replay(deliberation=deliberation, drawn=maps[0], now=now)
    with transaction.atomic():
        if deliberation.status == Deliberation.Status.CLOSED:
            publish_maps(deliberation=deliberation, now=now)
        job.finish(url=deliberation.get_absolute_url())
    if deliberation.status == Deliberation.Status.OPEN and _behind(pk):
        request_map(deliberation=deliberation, now=now, at=now + pause_after(time.monotonic() - began))


def _behind(pk: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(BEHIND + " AND deliberation.subject_id = %s", [pk])
        return cursor.fetchone() is not None
