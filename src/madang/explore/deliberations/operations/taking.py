"""Taking a statement to the agenda: evidence with the numbers it rests on, on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from madang.explore.deliberations.models import Deliberation, Map, Participant, Statement, Taken
from madang.ground.participation.kinds import Kind
from madang.ground.participation.operations import tell
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.engines.opinions.results import Share
    from madang.explore.deliberations.queries.showing import Line
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User

KIND = "statement_taken"
RECORD_KINDS = ((KIND, gettext_lazy("Statement taken to the agenda")),)
NOTICES = (Kind(KIND, gettext_lazy("A statement you voted on reaches the agenda"), group="outcome"),)


class TakingError(ValueError):
    """A statement that can't be taken; the message says why."""


@transaction.atomic
def take(*, line: Line, drawn: Map, item: AgendaItem, why: str, by: User, now: datetime, note: str = "") -> Taken:
    """Take a statement of a map as evidence of an item, and tell everybody who took part. Raises TakingError.

    Its numbers (agree, disagree, passed, n, and the 95% interval of the answer that more people gave) are kept as they
    are on that map, whatever later maps say.
    """
    statement = line.statement
    if statement is None or statement.status != Statement.Status.SHOWN:
        raise TakingError(_("This statement is not shown any more. Choose another one."))
    try:
        with transaction.atomic():
            row = Taken.objects.create(
                statement=statement, item=item, map=drawn, why=why, note=note.strip()[:500], numbers=numbers_of(line),
                taken_by=by, taken_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise TakingError(_("This statement is evidence of that agenda item already.")) from None
    deliberation = Deliberation.objects.select_related("place").get(pk=statement.deliberation_id)
    record(
        kind=KIND, subject=deliberation.record_key, place=deliberation.place, by=by, now=now, reason=row.note,
        data={"statement": statement.number, "item": item.pk, "why": why, "map": drawn.pk, **row.numbers},
    )  # fmt: skip
    _tell(deliberation, statement, item, now)
    return row


def numbers_of(line: Line) -> dict[str, object]:
    """What a statement's evidence rests on."""
    bar, strong = line.everybody, line.everybody.strong
    return {
        "agree": bar.agree.count, "disagree": bar.disagree.count, "passed": bar.passed.count, "n": bar.n,
        "direction": bar.more, "p": _rounded(strong)[0], "low": _rounded(strong)[1], "high": _rounded(strong)[2],
    }  # fmt: skip


def _rounded(part: Share) -> tuple[float, float, float]:
    return round(part.p, 4), round(part.low, 4), round(part.high, 4)


def _tell(deliberation: Deliberation, statement: Statement, item: AgendaItem, now: datetime) -> None:
    people = Participant.objects.filter(deliberation=deliberation, user__isnull=False)
    tell(
        users=list(people.values_list("user_id", flat=True)), kind=KIND,
        message=gettext_noop("“%(statement)s” became evidence of the agenda item “%(item)s”."),
        params={"statement": statement.text[:80], "item": item.title[:80]}, url=item.get_absolute_url(),
        key=f"taken:{statement.pk}:{item.pk}", now=now, subject=deliberation.pk,
    )  # fmt: skip
