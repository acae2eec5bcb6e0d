"""Which dated things have a calendar.

calendars.register(Calendar("workshops", _("Workshops"), dated=queries.dated, mine=queries.dated_mine))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

# A calendar looks back so many days and holds so many dates; what is further ahead follows as time passes.
DAYS_BACK = 60
SIZE = 500


@dataclass(frozen=True)
class Dated:
    """Something with a date. uid: its identity for ever; start: a day, or a moment with its zone (then with `end`).

    changed: when it was last changed; url: its page, from the root.
    """

    uid: str
    title: str
    start: date | datetime
    changed: datetime
    url: str
    end: date | datetime | None = None
    text: str = ""
    where: str = ""


@dataclass(frozen=True)
class Calendar:
    """A kind of dated things.

    dated: (place or None for everywhere, now) → what everybody may see; mine: (user, now) → the same as it concerns one
    person, and what only they may see. At most SIZE each, in a query or two.
    """

    key: str
    title: object
    dated: Callable[[Place | None, datetime], Sequence[Dated]] = field(repr=False)
    mine: Callable[[User, datetime], Sequence[Dated]] | None = field(default=None, repr=False)
    order: int = 100


_calendars: Registry[Calendar] = Registry("calendar")
register, find = _calendars.register, _calendars.find


def registered() -> list[Calendar]:
    """Every calendar, in the order of menus."""
    return list(_calendars)


def mine(user: User, now: datetime) -> list[Dated]:
    """Everything dated that concerns a person, each once."""
    found = {one.uid: one for calendar in _calendars if calendar.mine for one in calendar.mine(user, now)}
    return sorted(found.values(), key=lambda one: (str(one.start), one.uid))
