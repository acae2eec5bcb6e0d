"""A second look: asked for once by the writer, given by somebody else than the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.participation import queries
from madang.ground.participation.models import Appeal, Case, Decision
from madang.ground.participation.operations import showing
from madang.ground.participation.operations.cases import ModerationError, decided, locked_case
from madang.ground.participation.operations.pace import keep_pace
from madang.ground.participation.operations.telling import tell
from madang.ground.people.permissions import require
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User


@transaction.atomic
def appeal(*, case_id: int, by: User, text: str, now: datetime) -> Appeal:
    """Ask for another look at a decision to hide. Raises ModerationError, TooManyError."""
    case = locked_case(case_id)
    require(by, "participation.appeal", case)
    if hasattr(case, "appeal"):
        raise ModerationError(_("You have appealed already. There is one appeal for each decision."))
    if case.outcome != Case.Outcome.HIDDEN:
        raise ModerationError(_("It is not hidden, so there is nothing to appeal against."))
    if not text.strip():
        raise ModerationError(_("Say why you think that the decision is wrong."))
    keep_pace("appeal", by=by, now=now)
    last = case.decisions.order_by("-number")[0]
    made = Appeal.objects.create(
        case=case, decision=last, first_by=last.by, text=text.strip()[:2000], made_by=by, made_at=now
    )
    target = showing.target_of(case)
    record(kind="appealed", subject=target.key, place=case.place, by=None, now=now, data={"case": case.pk})
    tell(
        users=queries.judges_of(case.place, besides={last.by_id, by.pk}),
        kind="moderation",
        message=gettext_noop("An appeal against a decision to hide waits for somebody else to decide it."),
        params={},
        url=reverse("talk:case", args=[case.pk]),
        key=f"appeal:{made.pk}",
        now=now,
    )
    return made


@transaction.atomic
def decide_appeal(*, case_id: int, overturns: bool, reason: str, by: User, now: datetime) -> Appeal:
    """Uphold the decision or show the text again, with a public reason. Raises ModerationError."""
    case = locked_case(case_id)
    made = getattr(case, "appeal", None)
    if made is None or made.outcome != Appeal.Outcome.WAITING:
        raise ModerationError(_("No appeal waits here; somebody may have just decided it."))
    require(by, "participation.decide_appeal", case)
    if not reason.strip():
        raise ModerationError(_("Give a reason: it stands in public beside the decision."))
    made.outcome = Appeal.Outcome.OVERTURNED if overturns else Appeal.Outcome.UPHELD
    made.reason, made.decided_by, made.decided_at = reason.strip()[:300], by, now
    made.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    if overturns:
        decided(case, outcome=Decision.Outcome.RESTORE, reason=reason, by=by, now=now)
        return made
    target = showing.target_of(case)
    data = {"case": case.pk, "rule": made.decision.rule}
    record(kind="upheld", subject=target.key, place=case.place, by=by, now=now, reason=made.reason, data=data)
    tell(
        users=[made.made_by_id],
        kind="moderation",
        message=gettext_noop(
            "Your appeal was examined by somebody else; what you wrote stays hidden. Reason: %(reason)s"
        ),
        params={"reason": made.reason},
        url=reverse("talk:case", args=[case.pk]),
        key=f"appeal:{made.pk}:decided",
        now=now,
    )
    return made
