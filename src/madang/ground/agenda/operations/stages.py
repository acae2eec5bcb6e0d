"""Moving an item from stage to stage, in the open: where it stood, why, and what was set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from madang.ground.agenda import stages
from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.agenda.operations.common import AgendaError, locked, reason_of, save
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.agenda.stages import Rule, Way
    from madang.ground.people.models import User
    from madang.ground.places.models import Office


class StageNotAllowedError(AgendaError):
    """The stages between were skipped, or somebody else has just moved the item."""


class RuleUnmetError(AgendaError):
    """Something that must hold before this step does not; `rules` says what and where to mend it."""

    def __init__(self, message: str, rules: Sequence[Rule]) -> None:
        super().__init__(message)
        self.rules = list(rules)


@transaction.atomic
def set_stage(
    *,
    item: AgendaItem,
    stage: str,
    reason: str,
    by: User | None,
    now: datetime,
    office: Office | None = None,
    forced: bool = False,
    seen: str = "",
) -> AgendaItem:
    """Move an item one stage on or back, close it, or open it again.

    seen: the stage that the deciding person had before their eyes. forced: go ahead though a rule does not hold, which
    the record then says. Raises ReasonMissingError, StageNotAllowedError where the item does not stand next to `stage`
    (any more), RuleUnmetError.
    """
    reason = reason_of(reason)
    row = locked(item)
    way = stages.way(row, stage)
    if way is None or (seen and seen != row.stage):
        raise StageNotAllowedError(_not_from_here(row, stage))
    _check_rules(way, forced=forced)
    data: dict[str, object] = {"from": row.stage, "to": stage}
    if way.unmet:
        data |= {"forced": True, "unmet": [rule.key for rule in way.unmet]}
    save(row, now=now, stage=stage, stage_since=now)
    kind = Entry.Kind.CLOSED if stage == Stage.CLOSED else Entry.Kind.STAGE
    record(kind=kind, subject=row.subject, place=row.place, by=by, now=now, reason=reason, office=office, data=data)
    event = "closed" if stage == Stage.CLOSED else "reopened" if data["from"] == Stage.CLOSED else "stage"
    announce(Event(event, row, by, now, reason, data))
    return row


def close_item(*, item: AgendaItem, reason: str, by: User | None, now: datetime) -> AgendaItem:
    """End the pursuit of an item, saying why."""
    return set_stage(item=item, stage=Stage.CLOSED, reason=reason, by=by, now=now)


def _not_from_here(row: AgendaItem, stage: str) -> str:
    label = Stage(stage).label if stage in Stage.values else stage
    return _(
        "This item now stands at “%(now)s” and cannot go to “%(there)s” from there. Look at the item and choose again."
    ) % {"now": row.get_stage_display(), "there": label}


def _check_rules(way: Way, *, forced: bool) -> None:
    binding = [rule for rule in way.unmet if not (forced and rule.waivable)]
    if binding:
        needs = " · ".join(str(rule.needs) for rule in binding)
        hint = (
            _("Mend it, or go ahead without it and say why.")
            if all(rule.waivable for rule in binding)
            else _("Mend it first: this cannot be set aside.")
        )
        raise RuleUnmetError(_("What this step needs is missing: %(needs)s.") % {"needs": needs} + " " + hint, binding)
