"""Who may enter paper ballots, decide on them, count, and publish. Ask through `people.permissions.can`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q

from madang.ground.people.models import Role
from madang.ground.people.permissions import define, edited, edits_the_thread
from madang.ground.people.queries import is_platform_admin, roles_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.plan.budgets.models import Budget

# Entering sheets; deciding where two readings differ; counting, and publishing what was counted.
ENTER, DECIDE, COUNT = "budgets.enter_paper", "budgets.decide_paper", "budgets.count"


def _offices_at(user: object) -> set[int]:
    kinds = {Role.Kind.STAFF, Role.Kind.OFFICER}
    return {one.office.place_id for one in roles_of(user) if one.kind in kinds and one.office}


@rules.predicate
def works_at_the_place(user: object, budget: object) -> bool:
    """Staff of an office of the budget's place, or of a municipality in it."""
    place = getattr(budget, "place", None)
    if place is None:
        return False
    held = _offices_at(user)
    return place.pk in held or bool(held and place.children.filter(pk__in=held).exists())


def _entered(user: object, rows: QuerySet[Budget]) -> QuerySet[Budget]:
    if is_platform_admin(user):
        return rows
    held = _offices_at(user)
    here = Q(place__in=held) | Q(place__children__in=held)
    return rows.filter(Q(pk__in=edited(user, rows.order_by()).values("pk")) | here).distinct()


define(ENTER, edits_the_thread | works_at_the_place, _entered)
define(DECIDE, edits_the_thread, edited)
define(COUNT, edits_the_thread, edited)
