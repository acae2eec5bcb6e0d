"""An office's public answer: it stops the service clock and reaches everybody behind the voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.proposals.models import Answer, Proposal
from madang.explore.proposals.operations.voices import DeskError, locked, people_behind
from madang.ground.participation.operations import tell
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office


class AnswerRefusedError(DeskError):
    """An answer that cannot stand: empty, too long, by an office from elsewhere, or to a voice no longer public."""


@transaction.atomic
def answer(*, proposal: Proposal, office: Office, body: str, by: User | None, now: datetime) -> Answer:
    """Publish an office's answer (Markdown). The same words sent twice by the same office are one answer."""
    (row,) = locked([proposal.pk])
    body = body.strip()
    _check(row, office, body)
    if twice := Answer.objects.filter(proposal=row, office=office, body=body).first():
        return twice
    new = Answer.objects.create(proposal=row, office=office, author=by, body=body, answered_at=now)
    row.answered_at = row.answered_at or now
    row.seen_at = row.seen_at or now
    if row.status == Proposal.Status.OPEN:
        row.status = Proposal.Status.ANSWERED
    row.save(update_fields=["answered_at", "seen_at", "status"])
    record(
        kind=Entry.Kind.ANSWERED, subject=row.record_key, place=row.place, by=by, now=now, office=office,
        data={"answer": new.pk, "due": row.answer_due_at.isoformat() if row.answer_due_at else None},
    )  # fmt: skip
    tell(
        users=people_behind([row.pk]),
        kind="answered",
        message=gettext_noop("%(office)s answered “%(title)s”."),
        params={"office": office.name_ko, "title": row.title},
        url=row.get_absolute_url(),
        key=f"answered:{new.pk}",
        subject=row.pk,
        now=now,
    )
    return new


def _check(row: Proposal, office: Office, body: str) -> None:
    if not body:
        raise AnswerRefusedError(_("Write the answer before you publish it."))
    if len(body) > 10_000:
        raise AnswerRefusedError(
            _("An answer holds at most 10,000 characters; yours has %(length)s. Shorten it and publish it again.")
            % {"length": f"{len(body):,}"}
        )
    if not row.is_visible:
        raise AnswerRefusedError(
            _("This proposal is no longer public, so that it cannot be answered. Your text is kept below.")
        )
    if office.place_id not in {row.place_id, row.place.parent_id}:
        raise AnswerRefusedError(
            _("%(office)s does not belong to the place of this proposal. Choose another office.")
            % {"office": office.name}
        )
