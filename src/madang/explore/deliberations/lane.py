"""The lane of votes: `POST /lanes/votes` with a ticket and up to fifty acts, answered after they are on the disk.

{"ticket": "…", "votes": [{"key": "6f1c…", "statement": 17, "value": 1}, …]}     value: 1, 0, -1, or null to take back
{"votes": [{"key": "6f1c…", "status": "counted" | "repeated" | "refused", "reason": ""}]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from madang.explore.deliberations.operations.joining import PURPOSE
from madang.explore.deliberations.operations.voting import Act, cast
from madang.ground.footing import tickets
from madang.ground.footing.lanes import Lane, LaneError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.explore.deliberations.operations.voting import Outcome

MOST = 50
VALUES = (1, 0, -1, None)
LARGEST = 2**63 - 1


def read(payload: dict[str, Any], now: datetime) -> list[Act]:
    """The acts of a request. Raises TicketError, LaneError."""
    deliberation, participant = _who(payload, now)
    votes = payload.get("votes")
    if not isinstance(votes, list) or not 0 < len(votes) <= MOST:
        raise LaneError(400, "votes_missing")
    return [_act(one, deliberation, participant, now) for one in votes]


def _who(payload: dict[str, Any], now: datetime) -> tuple[int, int]:
    numbers = tickets.read(PURPOSE, payload.get("ticket"), now=now)
    if len(numbers) != 2:
        raise tickets.TicketError("ticket_invalid")
    return numbers[0], numbers[1]


def _act(one: Any, deliberation: int, participant: int, now: datetime) -> Act:
    if not isinstance(one, dict):
        raise LaneError(400, "vote_malformed")
    statement, value, key = one.get("statement"), one.get("value", ""), one.get("key")
    if type(statement) is not int or not 0 < statement <= LARGEST or not isinstance(key, str):
        raise LaneError(400, "vote_malformed")
    # A number only: true is 1 to Python, but nobody's vote.
    if (value is not None and type(value) is not int) or value not in VALUES:
        raise LaneError(400, "vote_malformed")
    try:
        return Act(deliberation, participant, statement, value, UUID(key), now)
    except ValueError as error:
        raise LaneError(400, "vote_malformed") from error


def reply(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What became of each act."""
    return {"votes": [{"key": str(one.key), "status": one.status, "reason": one.reason} for one in outcomes]}


LANE = Lane("votes", read=read, write=cast, reply=reply)
