"""The fast lane of ballots: `POST /lanes/ballots` with a ticket that the ballot's page has issued."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from madang.ground.footing import tickets
from madang.ground.footing.lanes import Lane, LaneError
from madang.plan.budgets.operations import casting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

PURPOSE = "ballots"
# A page that lies open longer asks for a new one (by the form, which asks every rule anew).
SECONDS = 4 * 3600
MOST = 1_000


def ticket(*, voter: int, budget: int, now: datetime) -> str:
    """What the page of a registered voter carries."""
    return tickets.issue(PURPOSE, voter, budget, now=now, seconds=SECONDS)


def read(payload: dict[str, Any], now: datetime) -> list[casting.Mark]:
    """{"ticket", "key", "seen", "choices": […], "points": […] | null, "submit": bool} → one mark."""
    voter, budget = tickets.read(PURPOSE, payload.get("ticket"), now=now)
    points = payload.get("points")
    seen = payload.get("seen")
    return [
        casting.Mark(
            voter, budget, _numbers(payload.get("choices")), None if points is None else _numbers(points),
            _key(payload.get("key")), payload.get("submit") is True, now, seen if isinstance(seen, int) else None,
        )
    ]  # fmt: skip


def _numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise LaneError(400, "not_numbers")
    if any(not isinstance(one, int) or isinstance(one, bool) or not 0 <= one < 2**31 for one in value):
        raise LaneError(400, "not_numbers")
    return tuple(value)


def _key(value: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise LaneError(400, "no_key") from error


def reply(outcomes: Sequence[casting.Outcome]) -> dict[str, Any]:
    """{"state", "version", "receipt", "texts": […], "keys": […]}."""
    one = outcomes[0]
    return {
        "state": one.state, "version": one.version, "receipt": one.receipt, "texts": list(one.texts),
        "keys": list(one.keys),
    }  # fmt: skip


LANE = Lane(PURPOSE, read=read, write=casting.write, reply=reply, most_bytes=32_768)
