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


# `shared` and `referred` say in data["step"] which step was taken.
KINDS = (
    "created", "stage", "closed", "reopened", "revised", "merged", "unmerged", "split", "owner", "shared", "referred",
    "note", "linked", "scored",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """kind: one of KINDS; by: the person who acts, None for the program; data: what the record's entry holds too.

    concerns: ids of people who must hear of it whether they follow the item or not (officers who are asked).
    """

    kind: str
    item: AgendaItem
    by: User | None
    now: datetime
    reason: str = ""
    data: dict[str, object] = field(default_factory=dict)
    concerns: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """The identity of the event, under which nobody is told twice."""
        return f"agenda:{self.item.pk}:{self.kind}:{self.now.timestamp():.6f}"


Listener = Callable[[Event], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener` with every event from now on; registering it twice calls it once."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(event: Event) -> None:
    """Tell every listener in the order in which they registered. Raises ValueError for a kind that nobody knows."""
    if event.kind not in KINDS:
        raise ValueError(f"{event.kind!r} is no event of an item: add it to KINDS.")
    for listener in _listeners:
        listener(event)
