"""Who may route, and who may answer for an office."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import define, edited, edits_the_thread, has_a_desk
from madang.ground.people.queries import is_officer_at, is_platform_admin, office_ids, officer_place_ids

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.plan.routing.models import Assignment


@rules.predicate
def answers_for_the_office(user: object, assignment: object) -> bool:
    return getattr(assignment, "office_id", None) in office_ids(user)


scopes.register(
    scopes.Scope("write:routing", _("Route agenda items, and answer for my office"), official=True, order=60)
)


@rules.predicate
def edits_its_item(user: object, assignment: object) -> bool:
    return is_officer_at(user, assignment.item.place)  # type: ignore[attr-defined]


def _asked(user: object, rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return rows.filter(office__in=office_ids(user))


def _at_desk(user: object, rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    if is_platform_admin(user):
        return rows
    places = officer_place_ids(user)
    here = Q(item__place__in=places) | Q(item__place__parent__in=places)
    return rows.filter(Q(office__in=office_ids(user)) | here)


define("plan_routing.view_desk", has_a_desk)
define("plan_routing.assign", edits_the_thread, edited)
define("plan_routing.answer", answers_for_the_office, _asked)
define("plan_routing.watch", answers_for_the_office | edits_its_item, _at_desk)
