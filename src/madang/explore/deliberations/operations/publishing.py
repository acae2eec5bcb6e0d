"""Publishing the maps of a deliberation that ended: on the record by their digests, with the votes as open data."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Deliberation, Map
from madang.explore.deliberations.queries.votes import read
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User

KIND = "map_published"
RECORD_KINDS = ((KIND, _("Opinion map published")),)


class StillVotingError(ValueError):
    """Voting goes on; its map is published once it has ended."""


@transaction.atomic
def publish_maps(*, deliberation: Deliberation, now: datetime, by: User | None = None) -> list[Map]:
    """Publish the current maps of a closed deliberation with the votes they were drawn from; once for each map.

    Raises StillVotingError. A map whose votes have changed since (moderation) is left for the next drawing.
    """
    if deliberation.status != Deliberation.Status.CLOSED:
        raise StillVotingError(_("Close the deliberation first: its map is published when voting has ended."))
    rows = list(Map.objects.select_for_update().filter(deliberation=deliberation, current=True, published_at=None))
    if not rows:
        return []
    votes = read(deliberation).votes
    digest, packed = votes.digest(), packing.pack_votes(votes)
    ready = [row for row in rows if row.input_digest == digest]
    for row in ready:
        row.published_at, row.open_votes = now, packed
        row.save(update_fields=["published_at", "open_votes"])
    if ready:
        record(
            kind=KIND, subject=deliberation.record_key, place=deliberation.place, by=by, now=now,
            data={"votes": digest, "maps": [_told(row) for row in ready]},
        )  # fmt: skip
    return ready


def _told(row: Map) -> dict[str, Any]:
    """What the record says of a map: enough to know it again, and to draw it again from the open data."""
    return {
        "method": row.method, "engine": row.engine_version, "seed": row.seed, "participants": row.participants,
        "statements": row.statements, "votes": row.votes, "result": result_digest(row),
        "groups": len(row.result["groups"]), "verdict": row.result["stability"]["verdict"],
    }  # fmt: skip


def result_digest(row: Map) -> str:
    """SHA-256 of what was published of a map, without the points."""
    shown = {name: value for name, value in row.result.items() if name != "pages"}
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
