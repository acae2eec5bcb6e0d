"""What is counted of the agenda for each place: its items by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.places.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet


def _at(stage: str) -> Callable[[datetime], QuerySet[AgendaItem]]:
    def count(now: datetime) -> QuerySet[AgendaItem]:
        del now
        return AgendaItem.objects.filter(stage=stage)

    return count


FIGURES = tuple(
    Figure(f"items_{stage.value}", stage.label, _at(stage.value), group=_("Agenda items"), order=100 + number)
    for number, stage in enumerate(Stage)
)
