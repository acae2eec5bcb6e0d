"""The registry by which the house follows a merger or a division of items.

The agenda knows that items merge, not what hangs on them: each app that hangs rows on an item says by one line in its
`ready()` how they follow.

    lineage.register(Follower("evidence", merge=merging.merge, undo=merging.undo, divide=merging.divide))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User


class Merge(Protocol):
    """Bring what hangs on `source` to `target`; what it returns (JSON) is kept and given to `undo`."""

    def __call__(self, *, source: AgendaItem, target: AgendaItem, by: User | None, now: datetime) -> dict[str, Any]: ...


class Undo(Protocol):
    """Take back what `merge` brought; `moved` is what it returned."""

    def __call__(
        self, *, source: AgendaItem, target: AgendaItem, moved: dict[str, Any], by: User | None, now: datetime
    ) -> None: ...


class Divide(Protocol):
    """Give `part` what belongs to it; `chosen` are the keys of the evidence that the officer picked."""

    def __call__(
        self, *, source: AgendaItem, part: AgendaItem, chosen: Iterable[int], by: User | None, now: datetime
    ) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Choice:
    """A piece of evidence that may go along in a division."""

    key: int
    title: str
    remark: str = ""


@dataclass(frozen=True)
class Follower:
    """How one app's rows follow; all of it inside the transaction of the decision, with both items locked.

    choices: (item, words) → evidence to pick from when the item divides, at most a hundred pieces, one query.
    """

    key: str
    merge: Merge | None = field(default=None, repr=False)
    undo: Undo | None = field(default=None, repr=False)
    divide: Divide | None = field(default=None, repr=False)
    choices: Callable[[AgendaItem, str], list[Choice]] | None = field(default=None, repr=False)
    order: int = 50


_followers: Registry[Follower] = Registry("follower of items")
register = _followers.register


def registered() -> list[Follower]:
    """Everybody who follows, in order."""
    return list(_followers)


def choices(item: AgendaItem, words: str = "") -> list[Choice]:
    """All evidence from which a part can be made."""
    return [one for follower in _followers if follower.choices for one in follower.choices(item, words)]
