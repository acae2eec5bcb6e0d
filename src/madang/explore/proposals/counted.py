"""What is counted of proposals for each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Proposal
from madang.ground.places.figures import Figure

if TYPE_CHECKING:
    from datetime import datetime


def _visible(now: datetime) -> QuerySet[Proposal]:
    del now
    return Proposal.objects.filter(status__in=Proposal.VISIBLE)


def _owed(now: datetime) -> QuerySet[Proposal]:
    """Answers whose time has come, given or not."""
    rows = Proposal.objects.filter(answer_due_at__isnull=False)
    return rows.filter(Q(answered_at__isnull=False) | Q(answer_due_at__lt=now))


def _in_time(now: datetime) -> QuerySet[Proposal]:
    return _owed(now).filter(answered_at__lte=F("answer_due_at"))


GROUP = _("Residents’ proposals")
FIGURES = (
    Figure("proposals", _("Proposals"), _visible, group=GROUP, order=10),
    Figure("supports", _("Supports"), _visible, total="support_count", group=GROUP, order=20),
    Figure("answers_owed", _("Answers due"), _owed, group=GROUP, order=30),
    Figure("answers_in_time", _("Answered in time"), _in_time, share_of="answers_owed", group=GROUP, order=40),
)
