"""An officer's upload: kept until it is loaded, by a job that shows how far it is."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.deliberations.importing import polis
from madang.explore.deliberations.models import Load
from madang.explore.deliberations.operations import importing, mapping
from madang.ground.footing import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

TASK = "madang.explore.deliberations.tasks_maps.load_conversation"


class LoadedBeforeError(ValueError):
    """These files were loaded into this place already; url is where."""

    def __init__(self, url: str) -> None:
        super().__init__(_("This conversation was loaded before."))
        self.url = url


@transaction.atomic
def upload(
    *, files: Mapping[str, bytes], place: Place, attribution: str, title: str, language: str, sign: polis.Sign,
    by: User, now: datetime,
) -> jobs.Started:  # fmt: skip
    """Check the files, keep them, and queue their loading. Raises BadFileError, NoTitleError, LoadedBeforeError."""
    conversation = polis.read(files, sign=sign)
    title = (title or conversation.title).strip()[:150]
    if not title:
        raise importing.NoTitleError(_("The files name no topic. Give the deliberation a title."))
    choices = {"title": title, "attribution": attribution.strip()[:500], "language": language, "sign": sign}
    packed = {name: base64.b64encode(zlib.compress(content)).decode() for name, content in files.items()}
    values = {"choices": choices, "files": packed, "started_by": by, "started_at": now}
    load, new = Load.objects.get_or_create(place=place, digest=conversation.digest, defaults=values)
    if load.finished_at and load.deliberation:
        raise LoadedBeforeError(load.deliberation.get_absolute_url())
    if not new:
        Load.objects.filter(pk=load.pk).update(files=packed)
    return jobs.start(
        task=TASK, key=f"load:{load.pk}", label=gettext_noop("Import of %(file)s"), params={"file": title[:80]},
        now=now, by_id=by.pk, place_id=place.pk, total=len(conversation.events.said), load=load.pk,
    )  # fmt: skip


def run(*, pk: int, now: datetime, job: jobs.Job) -> None:
    """The job: load what was kept, draw the map, publish it. Raises HopelessError where the files are gone."""
    load = Load.objects.select_related("place", "started_by").defer("place__boundary").get(pk=pk)
    choices = dict(load.choices)
    if load.finished_at is None:
        try:
            files = {name: zlib.decompress(base64.b64decode(content)) for name, content in load.files.items()}
            conversation = polis.read(files, sign=choices["sign"])
        except polis.BadFileError as error:
            raise jobs.HopelessError(str(error)) from None
        load, _before = importing.import_conversation(
            conversation=conversation, place=load.place, attribution=choices["attribution"], title=choices["title"],
            language=choices["language"], by=load.started_by, now=now, job=job,
        )  # fmt: skip
    if load.deliberation_id:
        mapping.draw(pk=load.deliberation_id, now=now, job=job)
