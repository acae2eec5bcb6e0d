"""Projects of budgets on an agenda item's thread page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from madang.plan.budgets.models import Budget, Project
from madang.plan.budgets.queries.budgets import UNCOUNTED

if TYPE_CHECKING:
    from madang.ground.agenda.models import AgendaItem

SHOWN = 8


def panel(item: AgendaItem, viewer: object) -> dict[str, object]:
    """Projects that stand for the item or come from its voices (one query)."""
    del viewer
    of_item = Q(item=item) | Q(sources__proposal__agenda_item=item)
    rows = Project.objects.filter(of_item, budget__status=Budget.Status.PUBLIC).exclude(status__in=UNCOUNTED)
    found = list(rows.select_related("budget").defer("body").distinct().order_by("-created_at", "pk")[:SHOWN])
    return {"projects": found} if found else {}
