"""What decides whether a vote counts, kept in memory for a second: a lane asks it a thousand times in that time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.explore.deliberations.models import Deliberation, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# For so long a closing, a hiding or a moderation may be overlooked; opening and closing times are exact to the moment.
STALE = 1.0
KEPT = 1_000


@dataclass(frozen=True)
class Terms:
    """Of one deliberation: whether it is open, from when to when, and on which statements one may vote (their ids)."""

    open: bool
    opens_at: datetime
    closes_at: datetime
    statements: frozenset[int]

    def why_not(self, statement: int, at: datetime) -> str:
        """A code that says why a vote at this moment does not count; "" where it does."""
        if not self.open or at >= self.closes_at:
            return "closed"
        if at < self.opens_at:
            return "not_open"
        return "" if statement in self.statements else "no_statement"


_kept: dict[int, tuple[float, Terms]] = {}


def terms_of(ids: Iterable[int], *, fresh: bool = False) -> dict[int, Terms]:
    """The terms of these deliberations by id; one that is not there is left out. None or two queries."""
    now, wanted = time.monotonic(), set(ids)
    found = {pk: _kept[pk] for pk in wanted if pk in _kept}
    known = {pk: terms for pk, (at, terms) in found.items() if not fresh and now - at < STALE}
    if missing := wanted - set(known):
        loaded = _loaded(missing)
        if len(_kept) > KEPT:
            _kept.clear()
        _kept.update({pk: (now, terms) for pk, terms in loaded.items()})
        known |= loaded
    return known


def forget_terms() -> None:
    """Ask anew: for tests, and for whoever has just changed something in this process."""
    _kept.clear()


def _loaded(ids: set[int]) -> dict[int, Terms]:
    shown: dict[int, set[int]] = {pk: set() for pk in ids}
    rows = Statement.objects.filter(deliberation__in=ids, status=Statement.Status.SHOWN)
    for deliberation, pk in rows.order_by().values_list("deliberation_id", "pk"):
        shown[deliberation].add(pk)
    columns = Deliberation.objects.filter(pk__in=ids).values_list("pk", "status", "opens_at", "closes_at")
    return {
        pk: Terms(status == Deliberation.Status.OPEN, opens, closes, frozenset(shown[pk]))
        for pk, status, opens, closes in columns
    }
