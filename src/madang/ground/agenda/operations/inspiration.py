"""From which earlier items one learned; both ends show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem
from madang.ground.agenda.operations.common import AgendaError, locked, save
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.people.models import User


class CircleError(AgendaError):
    """An item cannot have learned from one that learned from it."""


@transaction.atomic
def set_inspired_by(*, item: AgendaItem, sources: Iterable[AgendaItem], by: User | None, now: datetime) -> None:
    """Say from which earlier items this one learned, in place of what was said before. Raises CircleError."""
    row = locked(item)
    sources = [source for source in sources if source.pk != row.pk]
    try:
        with transaction.atomic():
            row.inspired_by.set(sources)
    except IntegrityError as circle:
        raise CircleError(
            _("One of these items learned from this one, directly or by way of others. Take it out and try again.")
        ) from circle
    save(row, now=now)
    data: dict[str, object] = {"inspired_by": [[source.pk, source.title] for source in sources]}
    record(kind=Entry.Kind.NOTE, subject=row.subject, place=row.place, by=by, now=now, data=data)
    announce(Event("linked", row, by, now, data=data))
