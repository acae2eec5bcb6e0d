"""Scoring an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem, Score
from madang.ground.agenda.operations.common import AgendaError, locked, refuse_closed, save
from madang.ground.agenda.queries import criteria_of
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User


class ScoreInvalidError(AgendaError):
    """A score outside 1–5, or for a criterion that the place does not use."""


@transaction.atomic
def score(
    *, item: AgendaItem, values: Mapping[str, int], by: User, now: datetime, notes: Mapping[str, str] | None = None
) -> int:
    """Keep one rater's scores, 1–5 by criterion key, in place of the same rater's earlier ones; how many were given."""
    row = locked(item)
    refuse_closed(row)
    criteria = {criterion.key: criterion for criterion in criteria_of(row.place)}
    _check_scores(values, set(criteria))
    rows = [
        Score(
            item=row,
            criterion=criteria[key],
            rater=by,
            value=value,
            note=(notes or {}).get(key, "").strip(),
            scored_at=now,
        )
        for key, value in values.items()
    ]
    Score.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["item", "criterion", "rater"],
        update_fields=["value", "note", "scored_at"],
    )
    save(row, now=now)
    data: dict[str, object] = {"values": dict(values)}
    record(kind=Entry.Kind.SCORED, subject=row.subject, place=row.place, by=by, now=now, data=data)
    announce(Event("scored", row, by, now, data=data))
    return len(rows)


def _check_scores(values: Mapping[str, int], known: set[str]) -> None:
    if unknown := set(values) - known:
        raise ScoreInvalidError(
            _("This place does not use the criterion %(key)s.") % {"key": ", ".join(sorted(unknown))}
        )
    if not values or any(value not in range(1, 6) for value in values.values()):
        raise ScoreInvalidError(_("Give at least one score, each from 1 to 5."))
