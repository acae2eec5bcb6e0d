"""The list of deliberations: narrowed by place and state, turned page by page by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models import Deliberation
from madang.ground.footing import keyset
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from madang.ground.places.models import Place

SIZE = 12
STATES = {"open": _("Open for voting"), "announced": _("Announced"), "closed": _("Closed")}
_BY_STATE = {
    "open": Q(status=Deliberation.Status.OPEN),
    "announced": Q(status=Deliberation.Status.DRAFT, announced_at__isnull=False),
    "closed": Q(status=Deliberation.Status.CLOSED),
}


@dataclass(frozen=True)
class Listed:
    """A page of deliberations, what was asked for, and what the filters offer."""

    page: keyset.Page[Deliberation]
    place: Place | None
    state: str
    offered: Sequence[Place]

    @property
    def any(self) -> bool:
        return bool(self.place or self.state)

    @property
    def provinces(self) -> list[tuple[Place, list[Place]]]:
        tops = [one for one in self.offered if not one.parent_id]
        return [(top, [one for one in self.offered if one.parent_id == top.pk]) for top in tops]


def public() -> QuerySet[Deliberation]:
    """Those that everybody may read, with what a card shows."""
    rows = Deliberation.objects.filter(Deliberation.READABLE)
    return rows.select_related("place__parent", "subject", "item").defer(
        "description", "place__boundary", "place__parent__boundary", "item__summary"
    )


def narrow(rows: QuerySet[Any], asked: Mapping[str, str]) -> QuerySet[Any]:
    """The rows that the list shows for these parameters, for its feed."""
    code, state = asked.get("place", ""), asked.get("state", "")
    if code.isascii() and code.isalnum():
        rows = rows.filter(Q(place__code=code) | Q(place__parent__code=code))
    return rows.filter(_BY_STATE[state]) if state in _BY_STATE else rows


def browse(asked: Mapping[str, str], *, size: int = SIZE) -> Listed:
    """A page of public deliberations, the newest first (two queries); what makes no sense is left out."""
    offered = list(places())
    place = next((one for one in offered if one.code == asked.get("place")), None)
    state = asked.get("state", "") if asked.get("state") in STATES else ""
    rows = public()
    if place:
        rows = rows.filter(place__in=[one.pk for one in offered if place.pk in {one.pk, one.parent_id}])
    if state:
        rows = rows.filter(_BY_STATE[state])
    found = keyset.page(rows, by=("-created_at", "-subject_id"), after=asked.get("after", "")[:300], size=size)
    return Listed(found, place, state, offered)


def open_now() -> QuerySet[Deliberation]:
    """Those in which one can vote today, the first to end first."""
    return public().filter(status=Deliberation.Status.OPEN).order_by("closes_at", "pk")
