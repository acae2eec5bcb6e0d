"""The record as if it had been signed every night of the last week, with two witnesses who keep it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils import timezone

from madang.engines.ledger import notes
from madang.ground.record import operations

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from madang.ground.record.models import Checkpoint

NIGHTS = 7
# Who keeps checkpoints, under which name, and every how many nights they sign one. Their keys are the demo's own.
WITNESSES = (("수원시의회 의정기록팀", "council.suwon.example", 1), ("마을기록 시민모임", "archive.example.org", 3))


def load(*, now: datetime, say: Callable[[str], None]) -> None:
    """Sign each night's log, the last time now, and let the witnesses sign."""
    first = now - timedelta(days=NIGHTS)
    for organization, name, _every in WITNESSES:
        key = notes.key_of(_seed(name), name, notes.TIMED)
        operations.add_witness(organization=organization, key=key.text, now=first)
    for night in range(NIGHTS, 0, -1):
        at = timezone.localtime(now - timedelta(days=night - 1)).replace(hour=0, minute=10, second=0, microsecond=0)
        _cosign(operations.checkpoint(now=min(at, now), until=min(at, now)), night, now)
    last = operations.checkpoint(now=now)
    operations.publish()
    say(f"{last.size} entries in the public record, {NIGHTS + 1} checkpoints, {len(WITNESSES)} witnesses")


def _seed(name: str) -> bytes:
    return sha256(f"demo witness {name}".encode()).digest()


def _cosign(checkpoint: Checkpoint, night: int, now: datetime) -> None:
    for number, (_organization, name, every) in enumerate(WITNESSES):
        if night % every == 0:
            seen = min(int(checkpoint.at.timestamp()) + 25_000 + 9_000 * number, int(now.timestamp()))
            note = notes.read_note(checkpoint.note)
            mine = notes.sign(note.body, seed=_seed(name), name=name, kind=notes.TIMED, seconds=seen)
            operations.cosign(text=notes.Note(note.body, (*note.signatures, mine)).text, now=now)
