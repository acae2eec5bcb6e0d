"""Who may do what with an agenda item."""

from __future__ import annotations

import rules

from madang.ground.people.models import Role
from madang.ground.people.permissions import edits_the_thread
from madang.ground.people.queries import roles_of

EDIT = "agenda.edit"
SCORE = "agenda.score"
RATERS = {Role.Kind.STAFF, Role.Kind.EXPERT, Role.Kind.OFFICER, Role.Kind.MUNICIPAL_ADMIN}


@rules.predicate
def rates_here(user: object, item: object) -> bool:
    """Holds an official's or expert's role at the item's place or the place above, or in an office there."""
    place = item.place  # type: ignore[attr-defined]
    near = {place.pk, place.parent_id}
    held = [role.place_id or role.office.place_id for role in roles_of(user) if role.kind in RATERS]  # type: ignore[union-attr]
    return any(one in near for one in held)


rules.add_perm(EDIT, edits_the_thread)
rules.add_perm(SCORE, edits_the_thread | rates_here)
