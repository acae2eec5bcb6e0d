"""Finding proposals by words, and those that say something similar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Value

from madang.explore.proposals.models import Proposal
from madang.ground.participation.models import Support
from madang.ground.participation.search import find

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.db.models import QuerySet

    from madang.ground.participation.search.find import Found, Related

KINDS = (Proposal.KIND,)
# So many best matches are sorted when a search is ordered by date or support instead of relevance.
SORTED = 1000


@dataclass(frozen=True)
class Similar:
    """A proposal that says something similar, and the words both share, weightiest first."""

    proposal: Proposal
    shared: tuple[str, ...]
    supported: bool = False


def ranked(q: str, rows: QuerySet[Proposal], *, place_ids: Collection[int] | None, cursor: str, size: int) -> Found:
    """A page of best matches among `rows`, whose filters apply in the order of relevance."""

    def accept(ids: list[int]) -> set[int]:
        return set(rows.filter(pk__in=ids).order_by().values_list("pk", flat=True))

    return find.search(q, kinds=KINDS, place_ids=place_ids, limit=size, cursor=cursor, accept=accept)


def matching(q: str, *, place_ids: Collection[int] | None) -> Found:
    """The thousand best matches, to be sorted otherwise."""
    return find.search(q, kinds=KINDS, place_ids=place_ids, limit=SORTED)


def similar(text: str, *, viewer: object, exclude: Iterable[int] = (), limit: int = 5) -> list[Similar]:
    """Proposals near to a text as it is being typed, each with the shared words: at most seven queries."""
    related = find.similar(text, kinds=KINDS, limit=limit, exclude=tuple(exclude)) if text.strip() else []
    return _loaded(related, viewer)


def neighbors(proposal: Proposal, *, viewer: object, limit: int = 4) -> list[Similar]:
    """Proposals near to a published one."""
    words = f"{proposal.title}\n{proposal.body}"
    return similar(words, viewer=viewer, exclude=[proposal.pk], limit=limit)


def _loaded(related: Sequence[Related], viewer: object) -> list[Similar]:
    """The related proposals that are visible, in order, with whether the viewer supports them."""
    pk = getattr(viewer, "pk", None)
    own = Exists(Support.objects.filter(subject_id=OuterRef("pk"), user_id=pk)) if pk else Value(value=False)
    rows = Proposal.objects.filter(pk__in=[one.subject_id for one in related], status__in=Proposal.VISIBLE)
    loaded = rows.select_related("place", "author").defer("body", "place__boundary").annotate(viewer_supports=own)
    found = {one.pk: one for one in loaded} if related else {}
    return [
        Similar(found[one.subject_id], one.words, found[one.subject_id].viewer_supports)
        for one in related
        if one.subject_id in found
    ]
