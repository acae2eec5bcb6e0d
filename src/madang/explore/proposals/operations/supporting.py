"""Supporting a proposal, and the service clock that supports start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.proposals import clock
from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations.voices import locked
from madang.explore.proposals.queries.clocks import terms_of
from madang.ground.participation import operations as participation
from madang.ground.people.permissions import require
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User


class NotOpenToSupportError(Exception):
    """A proposal that is hidden, withdrawn or merged. The message says what to do next."""


@dataclass(frozen=True)
class Supported:
    """The proposal after the change, and whether the change made the place owe an answer."""

    proposal: Proposal
    changed: bool
    clock_started: bool = False


def _locked(proposal_id: int) -> Proposal:
    """The proposal, its subject's row locked first, to the end of the transaction."""
    for proposal in locked([proposal_id]):
        return proposal
    raise Proposal.DoesNotExist


def _refuse_unless_open(proposal: Proposal) -> None:
    if proposal.status == Proposal.Status.MERGED:
        raise NotOpenToSupportError(_("This proposal was merged into another. Support the one that stands."))
    if not proposal.is_visible:
        raise NotOpenToSupportError(_("This proposal is no longer shown, so it cannot be supported."))


@transaction.atomic
def support(*, proposal_id: int, by: User, now: datetime) -> Supported:
    """Back a proposal; a second time changes nothing. The clock starts in the same transaction."""
    proposal = _locked(proposal_id)
    require(by, "proposals.support", proposal)
    _refuse_unless_open(proposal)
    counted = participation.support(subject_id=proposal.pk, by=by, now=now)
    _keep_count(proposal, counted)
    return Supported(proposal, counted.changed, start_clock_if_met(proposal=proposal, now=now))


@transaction.atomic
def take_back_support(*, proposal_id: int, by: User) -> Supported:
    """Take one's support back, whatever became of the proposal. A clock that has started runs on."""
    proposal = _locked(proposal_id)
    counted = participation.take_back_support(subject_id=proposal.pk, by=by)
    _keep_count(proposal, counted)
    return Supported(proposal, counted.changed)


def _keep_count(proposal: Proposal, counted: participation.Counted) -> None:
    """Lists sort by the proposal's own copy of the count, which the same lock protects."""
    if counted.changed or proposal.support_count != counted.count:
        proposal.support_count = counted.count
        proposal.save(update_fields=["support_count"])


def start_clock_if_met(*, proposal: Proposal, now: datetime) -> bool:
    """Fix when the answer is due once there are enough supports; for a locked proposal, inside its transaction."""
    if proposal.threshold_met_at or proposal.answered_at:
        return False
    terms, zone = terms_of(proposal.place), timezone.get_default_timezone()
    if not clock.obliges(proposal.support_count, proposal.created_at, now, terms, zone):
        return False
    proposal.threshold_met_at, proposal.answer_due_at = now, clock.due(now, terms, zone)
    proposal.save(update_fields=["threshold_met_at", "answer_due_at"])
    _announce(proposal, terms, now)
    return True


def _announce(proposal: Proposal, terms: clock.Terms, now: datetime) -> None:
    due = proposal.answer_due_at
    data = {"event": "threshold_met", "threshold": terms.threshold, "due": due and due.isoformat()}
    record(kind=Entry.Kind.NOTE, subject=proposal.record_key, place=proposal.place, by=None, now=now, data=data)
    if proposal.author_id:
        participation.tell(
            users=[proposal.author_id],
            kind="threshold_met",
            message=gettext_noop(
                "Your proposal “%(title)s” reached %(threshold)s supports. An office now owes it an answer."
            ),
            params={"title": proposal.title, "threshold": terms.threshold},
            url=proposal.get_absolute_url(),
            key=f"threshold_met:{proposal.pk}",
            subject=proposal.pk,
            now=now,
        )
