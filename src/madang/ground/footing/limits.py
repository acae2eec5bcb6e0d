"""Rate limits in the database: shared by every process, exact under races, one row a key.

The generic cell rate algorithm (ITU-T I.371, as GCRA in Brandur Leach's "Rate limiting, cells, and GCRA"): a key holds
the moment at which its next cell is due; a burst may run ahead of it by a bounded time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from madang.ground.footing.models import Bucket

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Limit:
    """At most `count` in `seconds`, as a burst or spread out."""

    count: int
    seconds: int

    @property
    def interval(self) -> timedelta:
        return timedelta(seconds=self.seconds) / self.count


@dataclass(frozen=True)
class Taken:
    """Whether a write may go ahead, and if not, how long to wait; how many more could follow at once."""

    allowed: bool
    wait: timedelta
    remaining: int = 0


TAKE = """
INSERT INTO ground_footing_bucket AS bucket (key, due_at) VALUES (%(key)s, %(now)s + %(interval)s)
ON CONFLICT (key) DO UPDATE SET due_at = greatest(bucket.due_at, %(now)s) + %(interval)s
WHERE greatest(bucket.due_at, %(now)s) + %(interval)s <= %(now)s + %(window)s
RETURNING due_at
"""


def take(key: str, limit: Limit, *, now: datetime) -> Taken:
    """Count one write under `key` (at most 120 characters, such as `comment:17`), unless the limit is reached.

    One statement; two requests at once queue on the row. Where the surrounding transaction rolls back, nothing was
    counted.
    """
    window = timedelta(seconds=limit.seconds)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"key": key, "now": now, "interval": limit.interval, "window": window}
        cursor.execute(TAKE, values)
        if row := cursor.fetchone():
            return Taken(allowed=True, wait=timedelta(0), remaining=(now + window - row[0]) // limit.interval)
    due = Bucket.objects.values_list("due_at", flat=True).filter(pk=key).first() or now
    return Taken(allowed=False, wait=max(due + limit.interval - now - window, timedelta(0)))


def sweep(*, now: datetime, batch: int = 10_000) -> int:
    """Forget keys whose time has passed: they limit nothing any more."""
    over = Bucket.objects.filter(due_at__lt=now - timedelta(days=1)).order_by("due_at")[:batch]
    return Bucket.objects.filter(pk__in=list(over.values_list("pk", flat=True))).delete()[0]
