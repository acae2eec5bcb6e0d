"""Who may take part, and who moderates."""

from __future__ import annotations

import rules

from madang.ground.people.permissions import edits_the_thread, is_signed_in

rules.add_perm("participation.take_part", is_signed_in)
rules.add_perm("participation.hide_comment", is_signed_in & edits_the_thread)
