"""What happens to agenda items, told to whoever registered, inside the transaction in which it happens.

Rooms above listen in their `ready()`: participation tells followers and keeps the search current, later stages react.
A listener does database work only; what leaves the house (mail, calls) it queues as a job.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User


@dataclass(frozen=True)
class Event:
    """kind: created, stage, closed, reopened, revised, merged, split, owner, shared, referred, note.

    by: the person who acts, None for the program; data: what the record's entry holds too.
    """

    kind: str
    item: AgendaItem
    by: User | None
    now: datetime
    reason: str = ""
    data: dict[str, object] = field(default_factory=dict)


Listener = Callable[[Event], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener` with every event from now on; registering it twice calls it once."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(event: Event) -> None:
    """Tell every listener in the order in which they registered."""
    for listener in _listeners:
        listener(event)
