"""On the page of an agenda item: which statements of deliberations are its evidence, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models import Deliberation, Taken
from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.agenda.panels import Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 6


def taken(item: AgendaItem, viewer: object) -> dict[str, object]:
    """The statements taken to this item, the latest first (one query)."""
    del viewer
    rows = Taken.objects.filter(item=item, statement__deliberation__status__in=Deliberation.PUBLIC)
    found: Sequence[Taken] = list(rows.select_related("statement__deliberation")[: SHOWN + 1])
    return {"taken": found[:SHOWN], "more": len(found) > SHOWN} if found else {}


TAKEN = Panel(
    key="opinions", title=_("What people agreed on"), stage=Stage.EXPLORE, order=15, query=taken,
    template="deliberations/panels/_taken.html", later=True,
)  # fmt: skip
