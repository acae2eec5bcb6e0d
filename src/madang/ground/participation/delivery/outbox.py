"""Taking deliveries from the outbox and saying what became of them.

Taking one moves its `due_at` ahead by a lease and counts the attempt, in a transaction of its own; the network is
touched only afterwards. A worker that dies leaves a row that falls due again: at least once, never lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from madang.ground.participation.models import Delivery, State

if TYPE_CHECKING:
    from datetime import datetime

LEASE = timedelta(minutes=5)
ATTEMPTS = 8
KEEP = timedelta(days=90)


@dataclass(frozen=True)
class Sent:
    """It left. provider_id: the identity under which the other side knows it."""

    provider_id: str


@dataclass(frozen=True)
class Dropped:
    """It is not to be sent: turned off, muted, read already, no longer public. `why` is for operators."""

    why: str


@dataclass(frozen=True)
class Postponed:
    """It is to be sent later: the reader sleeps."""

    until: datetime


@dataclass(frozen=True)
class Failed:
    """It could not be sent. `final`: another try would not help."""

    why: str
    final: bool = False


Outcome = Sent | Dropped | Postponed | Failed


@transaction.atomic
def claim(*, now: datetime) -> Delivery | None:
    """The delivery that has waited longest, taken for the length of the lease; None where none is due."""
    due = Delivery.objects.select_for_update(skip_locked=True).filter(state=State.WAITING, due_at__lte=now)
    row = due.order_by("due_at", "id").first()
    if row is None:
        return None
    Delivery.objects.filter(pk=row.pk).update(due_at=now + LEASE, attempts=F("attempts") + 1)
    return Delivery.objects.select_related("user", "notice", "digest").get(pk=row.pk)


def finish(delivery: Delivery, outcome: Outcome, *, now: datetime) -> None:
    """Keep what became of a delivery; a worker that comes too late changes nothing."""
    Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(**_columns(delivery, outcome, now))


def _columns(delivery: Delivery, outcome: Outcome, now: datetime) -> dict[str, object]:
    match outcome:
        case Sent(provider_id):
            return {"state": State.SENT, "finished_at": now, "provider_id": provider_id[:200], "trouble": ""}
        case Dropped(why):
            return {"state": State.DROPPED, "finished_at": now, "trouble": why[:300]}
        case Postponed(until):
            # Waiting for the morning is no attempt.
            return {"due_at": until, "attempts": max(0, delivery.attempts - 1)}
        case Failed(why, final) if final or delivery.attempts >= ATTEMPTS:
            return {"state": State.DEAD, "finished_at": now, "trouble": why[:300] or "?"}
        case Failed(why):
            return {"due_at": now + pause(delivery.attempts), "trouble": why[:300]}


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failures: 1, 2, 4 … minutes, six hours at most."""
    return min(timedelta(minutes=2 ** max(0, attempts - 1)), timedelta(hours=6))


def sweep(*, now: datetime) -> int:
    """Forget deliveries finished long ago; the notices stay."""
    old = Delivery.objects.exclude(state=State.WAITING).filter(finished_at__lt=now - KEEP)
    return old.delete()[0]
