"""When an answer is not given in time, the Social Innovation Officer hears of it and the record says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_noop

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations.voices import locked
from madang.ground.participation.operations import tell
from madang.ground.people.models import User
from madang.ground.places.queries import innovation_officer
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.places.models import Office


def report_overdue(*, now: datetime, limit: int = 200) -> int:
    """Report every proposal whose answer is overdue and not reported yet, once each; how many were."""
    key = Concat(Value("proposal:"), Cast(OuterRef("pk"), CharField()))
    reported = Entry.objects.filter(subject=key, kind=Entry.Kind.ESCALATED)
    late = Proposal.objects.filter(answered_at=None, answer_due_at__lt=now, status=Proposal.Status.OPEN)
    waiting = late.filter(~Exists(reported)).order_by("answer_due_at").values_list("pk", flat=True)[:limit]
    return sum(_report(pk, now) for pk in waiting)


@transaction.atomic
def _report(pk: int, now: datetime) -> int:
    (row,) = locked([pk])
    already = Entry.objects.filter(subject=row.record_key, kind=Entry.Kind.ESCALATED).exists()
    if already or row.answered_at or row.status != Proposal.Status.OPEN:
        return 0
    officer = innovation_officer(row.place)
    due = row.answer_due_at.isoformat() if row.answer_due_at else None
    record(
        kind=Entry.Kind.ESCALATED,
        subject=row.record_key,
        place=row.place,
        office=officer,
        by=None,
        now=now,
        data={"due": due, "supports": row.support_count},
    )
    if officer:
        _tell(row, officer, now)
    return 1


def _tell(row: Proposal, officer: Office, now: datetime) -> None:
    people = User.objects.filter(roles__office=officer, is_active=True).values_list("pk", flat=True)
    tell(
        users=people,
        kind="answer_overdue",
        message=gettext_noop("The answer to “%(title)s” is overdue."),
        params={"title": row.title},
        url=row.get_absolute_url(),
        key=f"overdue:{row.pk}",
        subject=row.pk,
        now=now,
    )
