"""Those who proposed or support a voice hear what becomes of the agenda item that it stands behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.explore.proposals.models import Evidence
from madang.explore.proposals.operations.voices import people_behind
from madang.ground.participation.listeners import MESSAGES, tell_of
from madang.ground.participation.models import Reason

if TYPE_CHECKING:
    from madang.ground.agenda.events import Event

# What changes the fate of a voice; wording, notes and scores are for those who follow the item.
HEARD = {"stage", "closed", "reopened", "merged", "split"}


def on_item(event: Event) -> None:
    """Tell the people behind an item's voices. Under the event's own key, so that a follower among them hears once."""
    if event.kind in HEARD and event.kind in MESSAGES:
        voices = Evidence.objects.filter(item=event.item).values_list("proposal_id", flat=True)
        tell_of(event, people_behind(list(voices)), reason=Reason.BEHIND)
