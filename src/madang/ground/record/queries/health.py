"""What is wrong with the record, for those who operate it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from madang.ground.record.models import Entry, Waiting
from madang.ground.record.queries.log import latest_checkpoint

# Places are given every ten seconds, signatures daily.
PATIENCE, DAYS = timedelta(minutes=10), timedelta(days=2)


@dataclass(frozen=True)
class Health:
    """waiting_since: the oldest entry that waits too long; signed_at: the last checkpoint, if too old; exposed: the
    file of a key that others may read. None where all is well.
    """

    waiting_since: datetime | None
    signed_at: datetime | None
    exposed: Path | None


def health(*, now: datetime) -> Health:
    """Three short queries and a look at the key's file."""
    oldest = Waiting.objects.order_by("entry_id").values_list("entry_id", flat=True).first()
    since = Entry.objects.filter(pk=oldest or 0, at__lt=now - PATIENCE).values_list("at", flat=True).first()
    last = latest_checkpoint()
    return Health(since, last.at if last and last.at < now - DAYS else None, _exposed())


def _exposed() -> Path | None:
    path = Path(settings.RECORD_KEY_FILE)
    return path if not settings.RECORD_KEY and path.exists() and path.stat().st_mode & 0o077 else None
