"""What a proposal is to the commons; comments, follows, feeds, search and the API follow from it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Proposal
from madang.ground.participation.things import Thing

THING = Thing(
    key=Proposal.KIND,
    model=Proposal,
    label=_("Proposal"),
    plural=_("Proposals"),
    page="proposals:detail",
    topic="field",
    public=Q(status__in=Proposal.VISIBLE),
    supports=True,
    amendments=True,
    order=10,
)
