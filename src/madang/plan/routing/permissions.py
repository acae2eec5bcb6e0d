"""Who may route, and who may answer for an office."""

from __future__ import annotations

import rules
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import edits_the_thread, has_a_desk
from madang.ground.people.queries import office_ids


@rules.predicate
def answers_for_the_office(user: object, assignment: object) -> bool:
    return getattr(assignment, "office_id", None) in office_ids(user)


scopes.register(
    scopes.Scope("write:routing", _("Route agenda items, and answer for my office"), official=True, order=60)
)
rules.add_perm("plan_routing.view_desk", has_a_desk)
rules.add_perm("plan_routing.assign", edits_the_thread)
rules.add_perm("plan_routing.answer", answers_for_the_office)
