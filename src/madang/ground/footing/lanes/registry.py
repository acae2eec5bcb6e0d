"""Which lanes there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime


class LaneError(Exception):
    """A request that a lane refuses as a whole: status of the answer, and a code for the program that asked."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Lane:
    """A lane; see the head of this package. most_bytes: of a request's body; most_waiting: requests in the queue."""

    key: str
    read: Callable[[dict[str, Any], datetime], Sequence[Any]] = field(repr=False)
    write: Callable[[Sequence[Any]], Sequence[Any]] = field(repr=False)
    reply: Callable[[Sequence[Any]], dict[str, Any]] = field(repr=False)
    most_bytes: int = 16_384
    most_waiting: int = 1_000


_lanes: Registry[Lane] = Registry("lane")
register, find = _lanes.register, _lanes.find


def registered() -> list[Lane]:
    """Every lane."""
    return list(_lanes)
