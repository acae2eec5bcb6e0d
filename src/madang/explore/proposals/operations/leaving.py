"""Taking a person's proposals out of sight when they leave and want their words gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.explore.proposals.models import Image, Proposal, Revision
from madang.explore.proposals.operations import images
from madang.explore.proposals.operations.voices import show_in_search
from madang.ground.participation.search.index import index_on_commit
from madang.ground.people import data
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

# Stages in which nobody has built on the words yet: such a proposal is withdrawn, as its writer could have done.
WITHDRAWN_FROM = (Proposal.Status.OPEN, Proposal.Status.ANSWERED)


def take_words(leaving: data.Leaving) -> None:
    """Empty the proposals of whoever leaves, unless their words may stay. Those that stand alone are withdrawn."""
    if leaving.keep_texts:
        return
    mine = Proposal.objects.select_for_update(of=("self",)).filter(author=leaving.user).select_related("place")
    for proposal in mine.order_by("pk"):
        _withdraw(proposal, leaving.now)
        images.remove(proposal=proposal, ids=Image.objects.filter(proposal=proposal).values_list("pk", flat=True))
    gone = {"title": data.GONE, "body": data.GONE}
    Revision.objects.filter(proposal__author=leaving.user).update(**gone)
    Proposal.objects.filter(author=leaving.user).update(
        **gone, excerpt=data.GONE, latitude=None, longitude=None, source_url=""
    )
    for pk in Proposal.objects.filter(author=leaving.user).values_list("pk", flat=True):
        index_on_commit(pk)


def _withdraw(proposal: Proposal, now: datetime) -> None:
    if proposal.status not in WITHDRAWN_FROM:
        return
    before, proposal.status = proposal.status, Proposal.Status.WITHDRAWN
    proposal.save(update_fields=["status"])
    show_in_search([proposal.pk], visible=False)
    record(
        kind=Entry.Kind.WITHDRAWN,
        subject=proposal.record_key,
        place=proposal.place,
        by=None,
        now=now,
        data={"previous_status": before},
    )
