"""Following a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations.voices import locked
from madang.ground.participation import operations as participation
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User


class NotOpenToCommentsError(Exception):
    """A proposal that is hidden, withdrawn or merged. The message says what to do next."""


def _open(proposal_id: int) -> Proposal:
    """The proposal, held so that it is not hidden or merged while something is added to it."""
    found = locked([proposal_id])
    if not found:
        raise Proposal.DoesNotExist
    proposal = found[0]
    if proposal.status == Proposal.Status.MERGED:
        raise NotOpenToCommentsError(_("This proposal was merged into another. Comment on the one that stands."))
    if not proposal.is_visible:
        raise NotOpenToCommentsError(_("This proposal is no longer shown, so it takes no comments."))
    return proposal


@transaction.atomic
def follow(*, proposal_id: int, by: User, now: datetime) -> participation.Counted:
    """Be told what becomes of a proposal."""
    proposal = _open(proposal_id)
    require(by, "proposals.follow", proposal)
    return participation.follow(subject_id=proposal.pk, by=by, now=now)


@transaction.atomic
def unfollow(*, proposal_id: int, by: User) -> participation.Counted:
    return participation.unfollow(subject_id=proposal_id, by=by)
