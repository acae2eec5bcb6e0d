"""Who may confirm who somebody is."""

from __future__ import annotations

import rules

from madang.ground.people import queries
from madang.ground.people.permissions import define, edits_the_thread
from madang.ground.people.second_factor import OFFICIAL


@rules.predicate
def works_at(user: object, place: object) -> bool:
    """Answers for an office at the place."""
    return place is not None and any(
        role.office is not None and role.office.place_id == place.pk  # type: ignore[attr-defined]
        for role in queries.roles_of(user)
        if role.kind in OFFICIAL
    )


@rules.predicate
def no_place_asked(user: object, place: object) -> bool:
    """Whether the counter is open to the person at all: asked without a place."""
    return place is None and queries.is_official(user)


define("people.confirm_resident", no_place_asked | works_at | edits_the_thread)
define("people.confirm_official", edits_the_thread)
