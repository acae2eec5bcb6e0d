"""How measures follow what happens to an agenda item, and the kinds of entries they write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.lineage import Follower
from madang.plan.measures.models import Measure

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User

ENTRIES = {
    "measure_started": _("Measure begun"),
    "measure_changed": _("Measure changed"),
    "measure_state": _("State of a measure"),
    "measure_step": _("Step of a measure"),
    "measure_money": _("Money of a measure"),
}


def merge(*, source: AgendaItem, target: AgendaItem, by: User | None, now: datetime) -> dict[str, Any]:
    """Measures go where their item goes."""
    del by, now
    moved = list(Measure.objects.filter(item=source).order_by("pk").values_list("pk", flat=True))
    Measure.objects.filter(pk__in=moved).update(item=target)
    return {"measures": moved}


def undo(*, source: AgendaItem, target: AgendaItem, moved: dict[str, Any], by: User | None, now: datetime) -> None:
    """What the merger brought goes back, unless it was given to another item meanwhile."""
    del by, now
    Measure.objects.filter(pk__in=moved.get("measures", []), item=target).update(item=source)


FOLLOWER = Follower("measures", merge=merge, undo=undo, order=60)
