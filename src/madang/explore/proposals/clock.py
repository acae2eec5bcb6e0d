"""The public service clock of a proposal, computed from dates and numbers alone.

A place sets how many supports within how many days oblige it to answer, and within how many days from then. Days are
calendar days of the place: the first is not counted and the last counts to its end, as in administrative practice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo


@dataclass(frozen=True)
class Terms:
    """What a place has promised: supports needed, days to gather them, days to answer from then."""

    threshold: int
    window_days: int
    answer_days: int


class State(StrEnum):
    """Where the clock stands."""

    GATHERING = "gathering"  # supports are being counted
    CLOSED = "closed"  # the window passed without enough of them; no answer is owed
    DUE = "due"  # enough of them: an answer is owed by the day shown
    OVERDUE = "overdue"  # that day has passed without an answer
    ANSWERED = "answered"  # answered in time, or without having been owed
    ANSWERED_LATE = "answered_late"


@dataclass(frozen=True)
class Clock:
    """A reading of the clock. `days` counts calendar days to the end of the window, to the due day, or past it."""

    state: State
    terms: Terms
    supports: int
    missing: int
    window_ends: datetime
    due: datetime | None
    answered: datetime | None
    days: int

    @property
    def share(self) -> int:
        """Whole percent of the threshold reached, at most 100."""
        return min(100, 100 * self.supports // self.terms.threshold)


def end_of_day(start: datetime, days: int, zone: tzinfo) -> datetime:
    """The last moment of the day that lies `days` calendar days after `start` in `zone`.

    >>> from datetime import datetime, timezone
    >>> end_of_day(datetime(2026, 3, 2, 9, tzinfo=timezone.utc), 30, timezone.utc).isoformat()
    '2026-04-01T23:59:59+00:00'
    """
    day = start.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), zone)


def window_ends(created: datetime, terms: Terms, zone: tzinfo) -> datetime:
    """Until when supports count towards the obligation."""
    return end_of_day(created, terms.window_days, zone)


def obliges(supports: int, created: datetime, now: datetime, terms: Terms, zone: tzinfo) -> bool:
    """Whether this many supports at this moment oblige the place to answer."""
    return supports >= terms.threshold and now <= window_ends(created, terms, zone)


def due(met: datetime, terms: Terms, zone: tzinfo) -> datetime:
    """By when the answer is owed, once the threshold was met."""
    return end_of_day(met, terms.answer_days, zone)


def read(
    *,
    supports: int,
    created: datetime,
    due_at: datetime | None,
    answered_at: datetime | None,
    now: datetime,
    terms: Terms,
    zone: tzinfo,
) -> Clock:
    """The clock at `now`, from what is stored of a proposal and what its place has set."""
    closes = window_ends(created, terms, zone)
    state = _state(due_at=due_at, answered_at=answered_at, closes=closes, now=now)
    until = due_at or closes
    days = abs((until.astimezone(zone).date() - (answered_at or now).astimezone(zone).date()).days)
    missing = max(0, terms.threshold - supports)
    return Clock(state, terms, supports, missing, closes, due_at, answered_at, days)


def _state(*, due_at: datetime | None, answered_at: datetime | None, closes: datetime, now: datetime) -> State:
    if answered_at:
        return State.ANSWERED_LATE if due_at and answered_at > due_at else State.ANSWERED
    if due_at:
        return State.OVERDUE if now > due_at else State.DUE
    return State.CLOSED if now > closes else State.GATHERING
