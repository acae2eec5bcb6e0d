"""What waits for the office: statements by their status, in the order in which they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from madang.explore.deliberations.models import Deliberation, Statement
from madang.ground.footing import keyset

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE = 30
STATUSES = tuple(Statement.Status)


@dataclass(frozen=True)
class Moderated:
    """A page of statements of one status, and how many there are of each."""

    page: keyset.Page[Statement]
    status: str
    counts: Mapping[str, int]


def statements_of(deliberation: Deliberation, *, status: str, after: str = "", size: int = SIZE) -> Moderated:
    """Statements of a status (unknown: those that wait, else those that are shown), two queries."""
    counts = dict(deliberation.statements.order_by().values_list("status").annotate(n=Count("pk")))
    if status not in Statement.Status.values:
        status = Statement.Status.WAITING if counts.get(Statement.Status.WAITING) else Statement.Status.SHOWN
    rows = deliberation.statements.filter(status=status).select_related("author", "voice", "decided_by")
    rows = rows.defer("voice__body")
    found = keyset.page(rows, by=("created_at", "id"), after=after[:300], size=size)
    return Moderated(found, status, counts)


def public_statements(deliberation: Deliberation, *, after: str = "", size: int = SIZE) -> keyset.Page[Statement]:
    """The statements that everybody sees, by number (one query)."""
    rows = deliberation.statements.filter(status=Statement.Status.SHOWN)
    return keyset.page(rows, by=("number", "id"), after=after[:300], size=size)


def kept_back(deliberation: Deliberation) -> list[Statement]:
    """What was not shown and why, the latest first: the reasons are public, the words are not."""
    rejected = deliberation.statements.filter(status=Statement.Status.REJECTED)
    return list(rejected.defer("text", "translations").order_by("-decided_at")[:50])
