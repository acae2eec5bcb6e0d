"""What a signed-in person has typed, kept on the server so that nothing is lost between devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.explore.proposals.models import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User

# What a draft keeps of the form, and the most it keeps of each. A draft may still be too long to publish.
KEPT = {"title": 300, "body": 40_000, "place": 12, "field": 20, "latitude": 24, "longitude": 24}


def save_draft(*, by: User, fields: Mapping[str, object], now: datetime) -> Draft | None:
    """Keep what was typed in place of what was kept; nothing typed discards the draft and returns None."""
    kept = {name: _storable(str(fields.get(name) or "")[:limit]) for name, limit in KEPT.items()}
    if not (kept["title"].strip() or kept["body"].strip()):
        discard_draft(by=by)
        return None
    draft, _created = Draft.objects.update_or_create(user=by, defaults={"fields": kept, "saved_at": now})
    return draft


def _storable(text: str) -> str:
    """Without the null bytes and halves of characters that PostgreSQL refuses."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def discard_draft(*, by: User) -> None:
    Draft.objects.filter(user=by).delete()
