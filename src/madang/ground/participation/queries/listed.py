"""Public things of any kind, a page at a time: what a kind gets in the API for being registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from madang.ground.footing.keyset import Page, page
from madang.ground.participation import things

if TYPE_CHECKING:
    from madang.ground.participation.things import Card, Thing


class UnknownThingError(LookupError):
    """No such kind of thing, or none of it that everybody may read."""


def kind(key: str) -> Thing:
    """A kind by its key. Raises UnknownThingError."""
    found = things.find(key)
    if found is None:
        raise UnknownThingError(key)
    return found


def listed(key: str, *, place: str = "", after: str = "", size: int = 20) -> tuple[Page, dict[int, str]]:
    """A page of cards, newest first, and the codes of their places (four queries). Raises UnknownThingError."""
    thing = kind(key)
    rows = thing.rows()
    if place:
        rows = rows.filter(Q(place__code=place) | Q(place__parent__code=place))
    rows = rows.annotate(subject_key=F(f"{thing.subject}__pk")).only("pk", thing.at)
    found = page(rows, by=(f"-{thing.at}", "-pk"), after=after, size=size)
    names = [row.subject_key for row in found.rows]
    cards = things.cards(names)
    ordered = [cards[pk] for pk in names if pk in cards]
    return Page(ordered, found.next, found.previous), things.place_codes(ordered)


def one(key: str, pk: int) -> tuple[Card, dict[int, str]]:
    """A public thing and the code of its place. Raises UnknownThingError."""
    thing = kind(key)
    subject = thing.rows().filter(pk=pk).values_list(f"{thing.subject}__pk", flat=True).first()
    card = things.card(subject) if subject else None
    if card is None:
        raise UnknownThingError(f"{key}:{pk}")
    return card, things.place_codes([card])
