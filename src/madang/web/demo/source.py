"""The demo's own content: what it says, and the chance that spreads it over time (seeded by each key)."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

CONTENT = Path(__file__).resolve().parent / "content"
PASSWORD = "madang-demo-2026"  # noqa: S105 - printed at every start; the demo listens on this machine only
Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """The rows of one content file."""
    lines = (CONTENT / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def proposals() -> list[Row]:
    """Every proposal of the sample, oldest first."""
    found = [row for path in sorted(CONTENT.glob("proposals_*.jsonl")) for row in rows(path.stem)]
    return sorted(found, key=lambda row: (-row["days_ago"], row["key"]))


def chance(key: str) -> random.Random:
    """A generator of its own for each thing, so that adding one changes no other."""
    return random.Random(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))  # noqa: S311


def moment(now: datetime, days_ago: float, key: str) -> datetime:
    """A time of that day between seven in the morning and eleven at night, never in the future."""
    day = (now - timedelta(days=days_ago)).replace(hour=0, minute=0, second=0, microsecond=0)
    at = day + timedelta(minutes=chance(key).randint(7 * 60, 23 * 60))
    return min(at, now - timedelta(minutes=5))


def support_times(row: Row, created: datetime, now: datetime) -> list[datetime]:
    """When each support came: many at first, then ever fewer, as on any such site."""
    draw = chance("support:" + row["key"])
    span = (now - created).total_seconds()
    return sorted(created + timedelta(seconds=min(draw.expovariate(6.0), 0.999) * span) for _ in range(row["supports"]))
