"""Feeds that gather: the decisions of the public record, everything of a place, the comments of a subject."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.participation import things
from madang.ground.participation.feeds.lists import (
    SIZE,
    AtPlace,
    FeedEntry,
    gathered,
    newest,
    place_of,
    shortened,
)
from madang.ground.participation.mentions import said
from madang.ground.participation.models import Comment
from madang.ground.record.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.participation.things import Card
    from madang.ground.places.models import Place

# The record also tells of what is hidden by now: so many entries are looked through for those that may be shown.
LOOKED_THROUGH = 200


def decisions(asked: Mapping[str, str]) -> list[FeedEntry]:
    """The newest decisions about anything public; `place` and `kind` narrow them (two queries and one a kind)."""
    rows = Entry.objects.select_related("office", "place").defer("place__boundary").order_by("-at", "-id")
    if place := place_of(asked):
        rows = rows.filter(Q(place=place) | Q(place__parent=place))
    if kind := asked.get("kind"):
        rows = rows.filter(kind=kind[:24])
    found = list(rows[:LOOKED_THROUGH])
    named = _named({entry.subject for entry in found})
    return [_decision(entry, *named[entry.subject]) for entry in found if entry.subject in named][:SIZE]


def _named(subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Title and address of the public things with these keys of the record; one query a kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, _, pk in (subject.partition(":") for subject in subjects):
        if pk.isdecimal():
            by_kind[kind].append(int(pk))
    found: dict[str, tuple[str, str]] = {}
    for kind, pks in by_kind.items():
        if thing := things.find(kind):
            rows = thing.rows().filter(pk__in=pks).values_list("pk", thing.title)
            found |= {f"{kind}:{pk}": (title, thing.address(pk)) for pk, title in rows}
    return found


def _decision(entry: Entry, title: str, url: str) -> FeedEntry:
    return FeedEntry(
        key=f"record:{entry.pk}",
        title=f"{entry.get_kind_display()}: {title}",
        url=url,
        at=entry.at,
        text=shortened(entry.reason),
        author=entry.office.name if entry.office else entry.place.name,
        categories=(entry.get_kind_display(), entry.place.name),
    )


def of_place(place: Place) -> list[FeedEntry]:
    """Everything of a place and of those inside: what was written, taken up and decided."""
    asked = AtPlace(place)
    return newest([*gathered(asked), *decisions(asked)])


def comments(card: Card) -> list[FeedEntry]:
    """The newest comments that stand on a subject (one query)."""
    rows = Comment.objects.filter(subject_id=card.subject_id, status=Comment.Status.SHOWN).select_related("author")
    return [
        FeedEntry(
            key=f"comment:{one.pk}",
            title=f"{one.author.display_name}: {shortened(said(one.body))[:60]}",
            url=f"{card.url}#comment-{one.pk}",
            at=one.created_at,
            text=shortened(said(one.body)),
            author=one.author.display_name,
        )
        for one in rows.order_by("-created_at", "-pk")[:SIZE]
    ]
