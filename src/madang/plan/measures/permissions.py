"""Who may begin a measure, and who carries it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q

from madang.ground.people.permissions import define, edited, edits_the_thread
from madang.ground.people.queries import office_ids

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.plan.measures.models import Measure


@rules.predicate
def works_in_its_office(user: object, measure: object) -> bool:
    office = getattr(measure, "office_id", None)
    return office is not None and office in office_ids(user)


def _carried_out(user: object, rows: QuerySet[Measure]) -> QuerySet[Measure]:
    return rows.filter(Q(pk__in=edited(user, rows.order_by()).values("pk")) | Q(office__in=office_ids(user)))


define("plan_measures.start", edits_the_thread, edited)
define("plan_measures.carry_out", edits_the_thread | works_in_its_office, _carried_out)
