"""A person's own: their votes in a deliberation, their statements, and the deliberations in which they take part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models import Participant, Statement, Vote
from madang.ground.footing import keyset
from madang.ground.participation.sections import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from madang.ground.people.models import User

SIZE = 20
LATEST = 100


@dataclass(frozen=True)
class Mine:
    """Votes of a participant, the latest first, and the statements that they added."""

    page: keyset.Page[Vote]
    statements: Sequence[Statement]
    voted: int
    shown: int


def votes_of(participant: Participant, *, after: str = "", size: int = SIZE) -> Mine:
    """One page of a participant's votes (four queries)."""
    votes = Vote.objects.filter(participant=participant).select_related("statement")
    shown = Statement.objects.filter(deliberation=participant.deliberation_id, status=Statement.Status.SHOWN)
    return Mine(
        page=keyset.page(votes, by=("-cast_at", "-id"), after=after[:300], size=size),
        statements=list(participant.statements.order_by("-number")[:LATEST]),
        voted=votes.filter(statement__status=Statement.Status.SHOWN).count(),
        shown=shown.count(),
    )


def taking_part(user: User, data: QueryDict) -> dict[str, object]:
    """The deliberations in which somebody takes part, with how much of each they have answered (two queries)."""
    counted = Vote.objects.filter(participant=OuterRef("pk")).order_by().values("participant")
    rows = Participant.objects.filter(user=user).select_related("deliberation__place__parent", "deliberation__subject")
    rows = rows.defer("deliberation__description", "deliberation__place__boundary").annotate(
        votes_cast=Subquery(counted.annotate(n=Count("pk")).values("n"))
    )
    before = data.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: SIZE + 1])
    following = found[SIZE - 1].pk if len(found) > SIZE else None
    return {"rows": found[:SIZE], "following": following}


SECTION = Section("deliberations", _("Deliberations I take part in"), 25, taking_part, "deliberations/_mine.html")
