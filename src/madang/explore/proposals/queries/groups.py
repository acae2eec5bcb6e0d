"""Near-duplicate groups: which there are, what their voices share, and who was merged into whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.explore.proposals.models import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable


def with_merged(ids: Iterable[int]) -> set[int]:
    """The ids and those of every voice merged into them, directly or through another."""
    found = set(ids)
    edge = found
    while edge:
        edge = set(Proposal.objects.filter(merged_into__in=edge).values_list("pk", flat=True)) - found
        found |= edge
    return found
