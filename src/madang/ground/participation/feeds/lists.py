"""Which lists have a feed, and what stands in each: every Thing, and whatever else registers.

lists.register(FeedList("decisions", _("Decisions"), entries=decisions.entries, page="home"))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from madang.ground.footing.registry import Registry
from madang.ground.participation import things
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet

    from madang.ground.participation.things import Thing

# A feed holds the newest so many; older ones stand on the pages.
SIZE = 50
LETTERS = 600


@dataclass(frozen=True)
class FeedEntry:
    """One thing that happened. key: its identity for ever, such as `proposal:204`; url: its page, from the root."""

    key: str
    title: str
    url: str
    at: datetime
    text: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedList:
    """A list with time in it.

    key: its address under /feeds/; title: lazy; page: name of the page that shows the same list ("" where none does);
    entries: (parameters of that page's address) → its newest entries, at most SIZE, a handful of queries.
    """

    key: str
    title: object
    entries: Callable[[Mapping[str, str]], Sequence[FeedEntry]] = field(repr=False)
    page: str = ""
    order: int = 100


_lists: Registry[FeedList] = Registry("feed")
register = _lists.register


def find(key: str) -> FeedList | None:
    """The feed of a key: a list that registered, or a Thing that takes part in feeds."""
    thing = things.find(key)
    return _lists.find(key) or (_of(thing) if thing and thing.feed else None)


def registered() -> list[FeedList]:
    """Every feed, in the order of menus."""
    own = {one.key: one for one in _lists}
    every = [*own.values(), *(_of(thing) for thing in things.registered() if thing.feed and thing.key not in own)]
    return sorted(every, key=lambda one: (one.order, one.key))


def _of(thing: Thing) -> FeedList:
    return FeedList(
        thing.key, thing.plural, entries=lambda asked: entries_of(thing, narrowed(thing, asked)), page=thing.listing,
        order=thing.order,
    )  # fmt: skip


def narrowed(thing: Thing, asked: Mapping[str, str]) -> QuerySet[Model]:
    """The public rows of a thing that its list would show for these parameters."""
    rows = thing.rows()
    if thing.narrow:
        return thing.narrow(rows, asked)
    if place := place_of(asked):
        rows = rows.filter(Q(place=place) | Q(place__parent=place))
    if thing.topic and asked.get("field"):
        rows = rows.filter(**{thing.topic: asked["field"]})
    return rows


class AtPlace(dict[str, str]):
    """Parameters that ask for a place which is known already, so that nobody looks it up again."""

    def __init__(self, place: Place) -> None:
        super().__init__(place=place.code)
        self.place = place


def place_of(asked: Mapping[str, str]) -> Place | None:
    """The place in force that was asked for; an unknown code narrows nothing, as on the pages."""
    if isinstance(asked, AtPlace):
        return asked.place
    code = asked.get("place", "")
    if not code.isalnum() or len(code) > 10:
        return None
    return Place.objects.filter(code=code, valid_to=None).only("id", "code", "name_ko", "name_en").first()


def entries_of(thing: Thing, rows: QuerySet[Model], *, size: int = SIZE) -> list[FeedEntry]:
    """The newest of these rows as entries (one query)."""
    author = [f"{thing.author}__display_name"] if thing.author else []
    names = ["pk", thing.title, thing.at, "place__name_ko", *author, *thing.text]
    newest = rows.order_by(f"-{thing.at}", "-pk").values_list(*names)[:size]
    return [_entry(thing, row[:4], row[4 : 4 + len(author)], row[4 + len(author) :]) for row in newest]


def gathered(asked: Mapping[str, str], *, size: int = SIZE) -> list[FeedEntry]:
    """The newest of every kind that takes part in feeds, narrowed alike: one query, however many kinds there are.

    The order of these columns is the same for each kind, as a union asks.
    """
    kinds = {thing.key: thing for thing in things.registered() if thing.feed}
    parts = [_columns(thing, narrowed(thing, asked), size) for thing in kinds.values()]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    entries = [_entry(kinds[kind], row[:4], (row[4],), (row[5],)) for kind, *row in rows]
    return newest(entries)[:size]


def _columns(thing: Thing, rows: QuerySet[Model], size: int) -> QuerySet[Any]:
    words: list[Any] = [Cast(F(name), TextField()) for name in thing.text] or [Value("", TextField())]
    named = rows.order_by(f"-{thing.at}", "-pk").annotate(
        feed_kind=Value(thing.key, TextField()),
        feed_title=Cast(F(thing.title), TextField()),
        feed_by=Cast(F(f"{thing.author}__display_name") if thing.author else Value(""), TextField()),
        feed_text=words[0] if len(words) == 1 else Concat(*_between(words), output_field=TextField()),
    )
    return named.values_list("feed_kind", "pk", "feed_title", thing.at, "place__name_ko", "feed_by", "feed_text")[:size]


def _between(words: list[Any]) -> list[Any]:
    """The columns with a line's end between each two."""
    return [part for word in words for part in (Value("\n"), word)][1:]


def _entry(thing: Thing, row: tuple, author: tuple, text: tuple) -> FeedEntry:
    pk, title, at, place = row
    return FeedEntry(
        key=f"{thing.key}:{pk}",
        title=title,
        url=thing.address(pk),
        at=at,
        text=shortened("\n".join(text)),
        author=(author[0] or "") if author else "",
        categories=(str(thing.label), place),
    )


def shortened(text: str) -> str:
    """The first letters of a text, on one line a paragraph."""
    plain = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
    return plain if len(plain) <= LETTERS else plain[: LETTERS - 1].rstrip() + "…"


def newest(entries: Sequence[FeedEntry]) -> list[FeedEntry]:
    """The newest of entries of several kinds."""
    return sorted(entries, key=lambda one: (one.at, one.key), reverse=True)[:SIZE]
