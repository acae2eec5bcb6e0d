"""Computing themes anew, and what an officer calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.proposals.models import Theme, ThemeMember, ThemeRun
from madang.explore.proposals.operations.voices import DeskError
from madang.explore.proposals.queries.theme_stats import (
    Reading,
    current_run,
    growth,
    heirs,
    job_key,
    named_members,
    names_of,
    read_voices,
)
from madang.ground.footing import jobs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.engines.texts.themes import Theme as Found
    from madang.engines.texts.themes import Themes
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

TASK = "madang.explore.proposals.tasks.compute_themes"
LOCK = 0x6D61_7468


class ThemeNameError(DeskError):
    """A name that is empty or too long for the lists in which it stands."""


def compute_themes(*, place: Place, now: datetime, seed: int = 0, job: jobs.Job = jobs.SILENT) -> ThemeRun:
    """Group the public voices of a province and its municipalities into themes and show this run from now on.

    Reads and computes outside the transaction; a run with the same input, seed and engine is not written twice.
    Names and agenda links carry over from the former run by overlap.
    """
    from madang.engines.texts import themes

    reading = read_voices(place, job)
    run = current_run(place)
    if run and (run.input_digest, run.seed, run.engine_version) == (reading.digest, seed, themes.VERSION):
        run.computed_at = now
        run.save(update_fields=["computed_at"])
        return run
    job.advance(len(reading.ids), message=gettext_noop("Grouping the voices. The themes shown stay until it is done."))
    found = themes.find_themes(reading.ids, reading.tokens, titles=reading.titles, seed=seed)
    return _write(place, reading, found, now, job)


@transaction.atomic
def _write(place: Place, reading: Reading, found: Themes, now: datetime, job: jobs.Job) -> ThemeRun:
    from madang.engines.texts.themes import VERSION

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, place.pk])
    former = current_run(place)
    members = {index: {int(one) for one in theme.members} for index, theme in enumerate(found.themes)}
    inherited = heirs(named_members(former), members) if former else {}
    ThemeRun.objects.filter(place=place, current=True).update(current=False)
    run = ThemeRun.objects.create(
        place=place, engine_version=VERSION, seed=found.seed, input_digest=reading.digest, voices=found.n,
        unassigned=len(found.unassigned), stability=found.stability, computed_at=now,
    )  # fmt: skip
    rows = Theme.objects.bulk_create(
        _row(run, theme, reading, inherited.get(index), now) for index, theme in enumerate(found.themes)
    )
    _write_members(rows, found.themes)
    job.finish()
    return run


def _row(run: ThemeRun, theme: Found, reading: Reading, former: Theme | None, now: datetime) -> Theme:
    grown = growth((reading.written[int(one)] for one in theme.members), now)
    return Theme(
        run=run, label=list(theme.label), size=theme.size, cohesion=theme.cohesion,
        recent=grown.recent, earlier=grown.earlier, monthly=grown.monthly,
        name=former.name if former else "", agenda_item_id=former.agenda_item_id if former else None,
    )  # fmt: skip


def _write_members(rows: Sequence[Theme], found: Sequence[Found]) -> None:
    ThemeMember.objects.bulk_create(
        (
            ThemeMember(theme=row, proposal_id=int(one), rank=rank)
            for row, theme in zip(rows, found, strict=True)
            for rank, one in enumerate(theme.members)
        ),
        batch_size=2000,
    )


def request_themes(*, place: Place, by: User, now: datetime) -> jobs.Started:
    """Have themes computed in the background; `new` is False where a computation for the place is under way."""
    return jobs.start(
        task=TASK, key=job_key(place), label=gettext_noop("Themes of %(place)s"), params=names_of(place),
        url=f"{reverse('desk:themes')}?place={place.code}", by_id=by.pk, place_id=place.pk, now=now, place=place.pk,
    )  # fmt: skip


@transaction.atomic
def rename_theme(*, theme: Theme, name: str, by: User, now: datetime) -> Theme:
    """Call a theme by a name of one's own; an empty one gives the engine's label back."""
    del by, now  # An office's working title; the promotion that uses it is recorded.
    name = " ".join(name.split())
    if len(name) > 80:
        raise ThemeNameError(_("A theme's name holds at most 80 characters; yours has %(n)s.") % {"n": len(name)})
    row = Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)
    row.name = name
    row.save(update_fields=["name"])
    return row
