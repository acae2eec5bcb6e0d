"""Who may work at the desk, and on what."""

from __future__ import annotations

import rules
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.rest import scopes
from madang.ground.people.permissions import edits_the_thread, has_a_desk, is_signed_in
from madang.ground.people.queries import roles_of

OPEN = "desk.open"
DECIDE = "desk.decide"
ANSWER = "desk.answer"


@rules.predicate
def answers_here(user: object, proposal: object) -> bool:
    """Belongs to an office of the proposal's place or of the place above."""
    place = proposal.place  # type: ignore[attr-defined]
    offices = [role.office.place_id for role in roles_of(user) if role.office]
    return any(one in {place.pk, place.parent_id} for one in offices)


scopes.register(scopes.Scope("write:answers", _("Answer proposals for my office"), official=True, order=50))
rules.add_perm(OPEN, is_signed_in & has_a_desk)
rules.add_perm(DECIDE, is_signed_in & edits_the_thread)
rules.add_perm(ANSWER, is_signed_in & (edits_the_thread | answers_here))
