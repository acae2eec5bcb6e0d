"""Who may work at the desk, and on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import define, edited, edits_the_thread, has_a_desk, is_signed_in
from madang.ground.people.queries import roles_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from madang.explore.proposals.models import Proposal

OPEN = "desk.open"
DECIDE = "desk.decide"
ANSWER = "desk.answer"


@rules.predicate
def answers_here(user: object, proposal: object) -> bool:
    """Belongs to an office of the proposal's place or of the place above."""
    place = proposal.place  # type: ignore[attr-defined]
    offices = [role.office.place_id for role in roles_of(user) if role.office]
    return any(one in {place.pk, place.parent_id} for one in offices)


def _answerable(user: object, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    offices = {role.office.place_id for role in roles_of(user) if role.office}
    here = Q(place__in=offices) | Q(place__parent__in=offices)
    return rows.filter(here | Q(pk__in=edited(user, rows.order_by()).values("pk")))


scopes.register(scopes.Scope("write:answers", _("Answer proposals for my office"), official=True, order=50))
define(OPEN, is_signed_in & has_a_desk)
define(DECIDE, is_signed_in & edits_the_thread, edited)
define(ANSWER, is_signed_in & (edits_the_thread | answers_here), _answerable)
