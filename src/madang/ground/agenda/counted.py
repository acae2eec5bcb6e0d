"""What is counted of the agenda for each place: its items by stage, and those in which it takes part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import AgendaItem, Partnership, Stage
from madang.ground.places.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet


def _at(stage: str) -> Callable[[datetime], QuerySet[AgendaItem]]:
    def count(now: datetime) -> QuerySet[AgendaItem]:
        del now
        return AgendaItem.objects.filter(stage=stage, merged_into=None)

    return count


def _taking_part(now: datetime) -> QuerySet[Partnership]:
    """Items that other places lead and in which one takes part, each for its partner."""
    del now
    return Partnership.objects.filter(status=Partnership.Status.ACCEPTED, item__merged_into=None)


TAKING_PART = Figure("items_joint", _("With other places"), _taking_part, group=_("Agenda items"), order=110)
BY_STAGE = tuple(
    Figure(f"items_{stage.value}", stage.label, _at(stage.value), group=_("Agenda items"), order=100 + number)
    for number, stage in enumerate(Stage)
)
FIGURES = (*BY_STAGE, TAKING_PART)
