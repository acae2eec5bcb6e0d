"""One deliberation with everything that its page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Value

from madang.explore.deliberations.models import Deliberation, Statement
from madang.explore.deliberations.permissions import EDIT
from madang.explore.deliberations.queries.taking_part import bar, participant_of
from madang.ground.participation.models import Follow
from madang.ground.people.permissions import can

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.explore.deliberations.models import Participant
    from madang.explore.deliberations.queries.taking_part import Bar

# What one vote takes, in seconds: reading a sentence of this length and deciding.
SECONDS_A_VOTE = 5


def minutes_of(statements: int) -> int:
    """How long voting on so many statements takes, in whole minutes, at least one."""
    return max(1, round(statements * SECONDS_A_VOTE / 60))


@dataclass(frozen=True)
class Detail:
    """A deliberation and what this viewer may do. `open`: votes count at this moment."""

    deliberation: Deliberation
    open: bool
    minutes: int
    bar: Bar | None = None
    me: Participant | None = None
    followed: bool = False
    may: dict[str, bool] = field(default_factory=dict)
    first: Sequence[Statement] = ()


def find(pk: int, *, viewer: object = None) -> Deliberation:
    """The deliberation with all that hangs on it by one key, in one query. Raises Deliberation.DoesNotExist."""
    rows = Deliberation.objects.select_related("place__parent", "subject__place", "item", "theme__run__place")
    rows = rows.defer("place__boundary", "place__parent__boundary", "subject__place__boundary", "item__summary")
    key = getattr(viewer, "pk", None)
    own = Exists(Follow.objects.filter(subject_id=OuterRef("pk"), user_id=key)) if key else Value(value=False)
    return rows.defer("theme__run__place__boundary").annotate(viewer_follows=own).get(pk=pk)


def detail(deliberation: Deliberation, *, viewer: object, now: datetime, guest: str = "") -> Detail:
    """What the page shows of a found deliberation, in at most four queries more; `guest`: what a cookie says."""
    return Detail(
        deliberation=deliberation,
        open=deliberation.takes_votes(now),
        minutes=minutes_of(deliberation.statement_count),
        bar=bar(deliberation, viewer, now=now),
        me=participant_of(deliberation, viewer, guest),
        followed=vars(deliberation)["viewer_follows"],
        may={"edit": can(viewer, EDIT, deliberation)},
        first=_first(deliberation),
    )


def _first(deliberation: Deliberation) -> list[Statement]:
    """A taste of what is asked."""
    return list(shown(deliberation)[:4])


def shown(deliberation: Deliberation) -> QuerySet[Statement]:
    """The statements on which people vote, by number."""
    return deliberation.statements.filter(status=Statement.Status.SHOWN).order_by("number")


def every(deliberation: Deliberation) -> QuerySet[Statement]:
    """All its statements with the proposals they were drawn from, by number."""
    return deliberation.statements.select_related("voice").defer("voice__body").order_by("number")
