"""From the bytes of a request to the bytes of its answer, the same in front of Django and inside it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madang.ground.footing.lanes.committing import BusyError, NotWrittenError
from madang.ground.footing.lanes.registry import Lane, LaneError
from madang.ground.footing.tickets import TicketError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """An answer: JSON that no cache may keep."""

    status: int
    payload: dict[str, Any]
    more: tuple[tuple[str, str], ...] = ()
    body: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", json.dumps(self.payload, separators=(",", ":")).encode())

    @property
    def headers(self) -> list[tuple[str, str]]:
        fixed = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return [*fixed, *self.more]


def refused(status: int, code: str, *more: tuple[str, str]) -> Reply:
    """An answer that says by a code why nothing was done."""
    return Reply(status, {"error": code}, more)


AGAIN = ("Retry-After", "1")


def answer(
    lane: Lane, body: bytes, content_type: str, *, now: datetime, submit: Callable[[Sequence[Any]], Sequence[Any]]
) -> Reply:
    """Read a request, have its rows written by `submit`, and say what became of each.

    Only JSON is read: what another site's form could send is refused before anything else.
    """
    try:
        rows = lane.read(_payload(lane, body, content_type), now)
        return Reply(200, lane.reply(submit(rows)))
    except Exception as error:  # noqa: BLE001 - each has its answer, and what nobody expects is logged
        return _refusal(lane, error)


def _refusal(lane: Lane, error: Exception) -> Reply:
    match error:
        case LaneError():
            return refused(error.status, error.code)
        case TicketError():
            return refused(401, error.code)
        case BusyError():
            return refused(503, "busy", AGAIN)
        case NotWrittenError():
            return refused(503, "not_written", AGAIN)
    log.error("The lane %s failed", lane.key, exc_info=error)
    return refused(500, "failed")


def direct(lane: Lane) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Write in the transaction of whoever asks, without a committer: for Django's own view, and for tests."""
    return lane.write


def _payload(lane: Lane, body: bytes, content_type: str) -> dict[str, Any]:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise LaneError(415, "json_only")
    if len(body) > lane.most_bytes:
        raise LaneError(413, "too_long")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LaneError(400, "not_json") from error
    if not isinstance(payload, dict):
        raise LaneError(400, "not_an_object")
    return payload
