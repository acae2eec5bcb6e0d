"""Telling the search of a proposal's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.ground.participation.models import SearchDocument

if TYPE_CHECKING:
    from madang.explore.proposals.models import Proposal


def index(proposal: Proposal) -> None:
    """Have the proposal found by its present words."""
    SearchDocument.objects.update_or_create(subject_id=proposal.pk, defaults={"place": proposal.place, "waiting": True})
