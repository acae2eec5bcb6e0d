"""The agenda items to which somebody may take a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.agenda.models import AgendaItem
from madang.ground.people.permissions import scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.explore.deliberations.models import Deliberation


def items(deliberation: Deliberation, user: object) -> QuerySet[AgendaItem]:
    """Items of the place, of those above and below it, that this person edits, by title."""
    place = deliberation.place
    near = Q(place=place) | Q(place__parent=place) | Q(place=place.parent_id)
    return scope(user, "agenda.edit", AgendaItem.objects.filter(near, merged_into=None)).order_by("title")
