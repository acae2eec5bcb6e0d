"""How fast one person may write: limits in the database, tighter in an account's first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from madang.ground.footing import limits
from madang.ground.footing.limits import Limit

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User

MINUTE, HOUR, DAY = 60, 3600, 86_400
NEW = timedelta(days=1)


class TooManyError(Exception):
    """Somebody writes faster than people write. The message says when to go on; `wait` says it to programs."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(_message(wait))
        self.wait = wait


@dataclass(frozen=True)
class Pace:
    """What an account may do, and what one of less than a day may."""

    ordinary: Limit
    new: Limit


# docs/participation.md lists these.
PACES = {
    "comment": Pace(Limit(5, MINUTE), Limit(3, 2 * MINUTE)),
    "edit": Pace(Limit(10, 10 * MINUTE), Limit(5, 10 * MINUTE)),
    "proposal": Pace(Limit(5, HOUR), Limit(3, HOUR)),
    "amendment": Pace(Limit(10, HOUR), Limit(3, HOUR)),
    "report": Pace(Limit(20, HOUR), Limit(5, HOUR)),
    "appeal": Pace(Limit(10, DAY), Limit(5, DAY)),
    "support": Pace(Limit(60, MINUTE), Limit(20, MINUTE)),
    "lookup": Pace(Limit(60, MINUTE), Limit(30, MINUTE)),
}


def keep_pace(what: str, *, by: User, now: datetime) -> None:
    """Count one write of a kind named in PACES. Raises TooManyError. Inside the transaction of the write itself."""
    pace = PACES[what]
    limit = pace.new if now - by.joined_at < NEW else pace.ordinary
    taken = limits.take(f"{what}:{by.pk}", limit, now=now)
    if not taken.allowed:
        raise TooManyError(taken.wait)


def _message(wait: timedelta) -> str:
    seconds = max(1, ceil(wait.total_seconds()))
    if seconds <= 90:
        text = ngettext(
            "That is faster than we can take it. What you wrote is kept: send it again in %(n)d second.",
            "That is faster than we can take it. What you wrote is kept: send it again in %(n)d seconds.",
            seconds,
        )
        return text % {"n": seconds}
    minutes = -(-seconds // 60)
    text = ngettext(
        "That is faster than we can take it. What you wrote is kept: send it again in %(n)d minute.",
        "That is faster than we can take it. What you wrote is kept: send it again in %(n)d minutes.",
        minutes,
    )
    return text % {"n": minutes}
