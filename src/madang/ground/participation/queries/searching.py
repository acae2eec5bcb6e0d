"""One search over everything that takes part: items, proposals, and whatever later apps register as Things."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from madang.ground.participation import things
from madang.ground.participation.feeds.lists import place_of
from madang.ground.participation.models import Subject
from madang.ground.participation.search import find
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from madang.ground.participation.search.find import Found
    from madang.ground.participation.things import Thing

SIZE = 20
LETTERS = 200


@dataclass(frozen=True)
class Result:
    """A found thing: its kind, words and place."""

    thing: Thing
    title: str
    text: str
    url: str
    place: str
    at: datetime


@dataclass(frozen=True)
class Results:
    """What was asked for and what was found. kinds: (thing, how many of the best) in the order of menus."""

    q: str
    kind: str
    place: Place | None
    rows: Sequence[Result]
    words: tuple[str, ...]
    total: int
    exact: bool
    cursor: str
    kinds: Sequence[tuple[Thing, int]]


def everything(asked: Mapping[str, str]) -> Results:
    """Answer the parameters of the search page: at most ten queries."""
    q = asked.get("q", "").strip()[:LETTERS]
    thing = things.find(asked.get("kind", ""))
    kind = thing.key if thing and thing.search else ""
    place = place_of(asked)
    searched = [one for one in things.registered() if one.search]
    if not q:
        return Results(q, kind, place, [], (), 0, True, "", [(one, 0) for one in searched])
    found = find.search(
        q,
        kinds=[kind] if kind else [one.key for one in searched],
        place_ids=_inside(place),
        limit=SIZE,
        cursor=asked.get("cursor", "")[:60],
        tally=not kind,
    )
    kinds = [(one, found.kinds.get(one.key, 0)) for one in searched]
    return Results(q, kind, place, _rows(found), found.words, found.total, found.exact, found.cursor, kinds)


def _inside(place: Place | None) -> list[int] | None:
    if place is None:
        return None
    return [place.pk, *Place.objects.filter(parent=place).values_list("pk", flat=True)]


def _rows(found: Found) -> list[Result]:
    """The found subjects that everybody may read, in their order: one query, and one a kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pk, kind in Subject.objects.filter(pk__in=found.ids).values_list("pk", "kind"):
        by_kind[kind].append(pk)
    loaded: dict[int, Result] = {}
    for kind, ids in by_kind.items():
        if thing := things.find(kind):
            loaded |= _of(thing, ids)
    return [loaded[pk] for pk in found.ids if pk in loaded]


def _of(thing: Thing, ids: Sequence[int]) -> dict[int, Result]:
    korean = (get_language() or "ko").startswith("ko")
    names = [f"{thing.subject}__pk", "pk", thing.title, thing.at, "place__name_ko" if korean else "place__name_en"]
    rows = thing.rows().filter(**{f"{thing.subject}__in": list(ids)}).values_list(*names, *thing.text)
    return {
        subject: Result(thing, title, "\n".join(text), thing.address(pk), place, at)
        for subject, pk, title, at, place, *text in rows
    }
