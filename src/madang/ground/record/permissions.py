"""Who may sign at once, name witnesses, and withhold words."""

from __future__ import annotations

import rules

from madang.ground.people.permissions import define, edits_the_thread
from madang.ground.people.queries import is_platform_admin, officer_place_ids

CHECKPOINT = "ground_record.checkpoint"
WITNESS = "ground_record.witness"
WITHHOLD = "ground_record.withhold"


@rules.predicate
def decides_somewhere(user: object) -> bool:
    return is_platform_admin(user) or bool(officer_place_ids(user))


@rules.predicate
def runs_the_platform(user: object) -> bool:
    return is_platform_admin(user)


define(CHECKPOINT, decides_somewhere)
define(WITNESS, runs_the_platform)
define(WITHHOLD, edits_the_thread)
