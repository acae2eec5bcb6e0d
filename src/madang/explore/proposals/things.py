"""What a proposal is to the commons; comments, follows, feeds, search and the API follow from it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations import moderation, writing
from madang.explore.proposals.queries import dated
from madang.ground.participation.feeds.calendars import Calendar
from madang.ground.participation.feeds.lists import FeedList
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
    listing="proposals:list",
    narrow=dated.narrow,
    amendable=Q(status=Proposal.Status.OPEN, answered_at=None),
    discussed=True,
    revise=writing.take_over,
    hide=moderation.hide_by_rule,
    show=moderation.show_again,
    order=10,
)
FEEDS = (FeedList("themes", _("Themes"), entries=dated.themes, page="themes:list", order=30),)
CALENDAR = Calendar("answers", _("Answers that are owed"), dated=dated.answers, mine=dated.answers_of, order=10)
