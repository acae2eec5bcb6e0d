"""Finding proposals by words, and those that say nearly the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.explore.proposals.models import Proposal

if TYPE_CHECKING:
    from madang.ground.places.models import Place


@dataclass(frozen=True)
class Hit:
    pk: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Similar:
    """A proposal that says something similar, and the words both share."""

    proposal: Proposal
    shared: tuple[str, ...]
    supported: bool = False


def ranked(q: str, *, place: Place | None, limit: int = 500) -> list[Hit]:
    """Best matches first."""
    rows = Proposal.objects.filter(body__icontains=q)
    return [Hit(pk, (q,)) for pk in rows.values_list("pk", flat=True)[:limit]]


def matching(q: str, *, place: Place | None) -> list[int]:
    return [hit.pk for hit in ranked(q, place=place)]


def similar(text: str, *, viewer: object, place: Place | None = None, exclude: int | None = None, limit: int = 5) -> list[Similar]:
    rows = Proposal.objects.filter(status__in=Proposal.VISIBLE).exclude(pk=exclude).select_related("place", "subject")
    return [Similar(one, tuple(text.split()[:2])) for one in rows[:limit]] if len(text) > 5 else []


def neighbors(proposal: Proposal, *, viewer: object, limit: int = 4) -> list[Similar]:
    return similar(proposal.title, viewer=viewer, exclude=proposal.pk, limit=limit)
