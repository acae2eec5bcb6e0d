"""Watching for what is new, and telling those who watch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.footing.limits import Limit, take
from madang.ground.participation import things
from madang.ground.participation.models import SearchDocument, Subject, Watch
from madang.ground.participation.operations.telling import Telling, write
from madang.ground.participation.search import client
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from madang.ground.participation.things import Card
    from madang.ground.people.models import User
    from madang.ground.places.models import Office

WATCHES = 50
PER_HOUR = Limit(30, 3600)
# What is older when it is first seen (an import of last year's proposals) is no news.
FRESH = timedelta(days=2)
BATCH = 500
MESSAGE = gettext_noop("%(thing)s just published: “%(title)s”")


class WatchRefusedError(Exception):
    """What somebody asked for cannot be watched; the message says why and what to do next."""


@dataclass(frozen=True)
class Wanted:
    """What to watch for; every criterion given has to hold."""

    place: Place | None = None
    field: str = ""
    office: Office | None = None
    author: User | None = None
    words: str = ""

    @property
    def clean_words(self) -> str:
        return " ".join(self.words.split())[:100]

    def criteria(self) -> dict[str, Any]:
        """As columns of a Watch."""
        return {
            "place": self.place, "field": self.field, "office": self.office, "author": self.author,
            "words": self.clean_words,
        }  # fmt: skip


@transaction.atomic
def watch(*, wanted: Wanted, by: User, now: datetime) -> Watch:
    """Be told of what is new and meets `wanted`; asked for a second time it changes nothing.

    Raises WatchRefusedError.
    """
    if same := Watch.objects.filter(user=by, **wanted.criteria()).first():
        return same
    _check(wanted, by)
    if not take(f"watch:{by.pk}", PER_HOUR, now=now).allowed:
        raise WatchRefusedError(_("You have begun to follow many things within an hour. Go on a little later."))
    read = client.plan(wanted.clean_words) if wanted.clean_words else None
    if read and not read.plan.must:
        raise WatchRefusedError(_("These words are too general to be found. Name the thing itself."))
    try:
        with transaction.atomic():
            return Watch.objects.create(
                user=by, **wanted.criteria(), terms=list(read.plan.must) if read else [],
                engine=read.engine if read else "", created_at=now,
            )  # fmt: skip
    except IntegrityError:
        # The same request twice at once: the other one was first.
        return Watch.objects.get(user=by, **wanted.criteria())


def _check(wanted: Wanted, by: User) -> None:
    if not any(wanted.criteria().values()):
        raise WatchRefusedError(_("Choose a place, a field or words to be told about."))
    if wanted.author == by:
        raise WatchRefusedError(_("You need not follow yourself."))
    if Watch.objects.filter(user=by).count() >= WATCHES:
        raise WatchRefusedError(
            _("You follow %(count)d searches and places already. End one of them, then add this one.")
            % {"count": WATCHES}
        )


def unwatch(*, watch_id: int, by: User) -> bool:
    """Be told no more; whether one watched."""
    return bool(Watch.objects.filter(pk=watch_id, user=by).delete()[0])


def announce_new(*, now: datetime, batch: int = BATCH, fresh: timedelta = FRESH) -> int:
    """Tell those who watch of what has become public and findable since the last time; how many subjects were told of.

    fresh: what is older than this is no news. Each batch is a transaction of its own; what is still read by the
    search, or not yet public, waits for the next.
    """
    _forget_old(now, fresh)
    _read_again()
    after = told = 0
    while True:
        with transaction.atomic():
            ids = _waiting(after, batch)
            if not ids:
                return told
            told += _announce(ids, now)
        after = ids[-1]


def _forget_old(now: datetime, fresh: timedelta) -> None:
    Subject.objects.filter(announced_at=None, created_at__lte=now - fresh).update(announced_at=now)


def _read_again() -> None:
    """Words that were read without the language model are read with it as soon as it answers."""
    for row in Watch.objects.filter(engine__endswith="+light")[:200]:
        read = client.plan(row.words)
        if client.is_light(read.engine):
            return
        Watch.objects.filter(pk=row.pk).update(terms=list(read.plan.must) or row.terms, engine=read.engine)


def _waiting(after: int, batch: int) -> list[int]:
    """Subjects not announced yet that the search has read, locked; other workers take other ones."""
    unread = SearchDocument.objects.filter(waiting=True).values("pk")
    rows = Subject.objects.select_for_update(skip_locked=True, no_key=True).filter(announced_at=None, pk__gt=after)
    return list(rows.exclude(pk__in=unread).order_by("pk").values_list("pk", flat=True)[:batch])


def _announce(ids: Sequence[int], now: datetime) -> int:
    cards = {pk: card for pk, card in things.cards(ids).items() if card.public}
    if not cards:
        return 0
    if Watch.objects.exists():
        _tell(list(cards.values()), now)
    Subject.objects.filter(pk__in=cards).update(announced_at=now)
    return len(cards)


# Each new thing with those who watch for it; whoever has several watches for it is told once, by the oldest.
MATCHED = """
SELECT DISTINCT ON (w.user_id, f.id) w.user_id, 'watch' AS reason, f.id AS subject, w.id AS watch,
    f.text::jsonb AS text, f.url, 'new:' || f.id AS key
FROM unnest(%(ids)s::bigint[], %(places)s::bigint[], %(above)s::bigint[], %(fields)s::text[], %(authors)s::bigint[],
    %(texts)s::text[], %(urls)s::text[]) AS f (id, place, above, field, author, text, url)
LEFT JOIN ground_participation_searchdocument d ON d.subject_id = f.id
JOIN ground_participation_watch w ON w.office_id IS NULL
    AND (w.place_id = f.place OR w.place_id = f.above OR w.place_id IS NULL)
    AND (w.field = '' OR w.field = f.field)
    AND (w.author_id IS NULL OR w.author_id = f.author)
    AND (w.words = '' OR w.terms <@ d.terms)
WHERE w.user_id IS DISTINCT FROM f.author
ORDER BY w.user_id, f.id, w.id
"""


@dataclass
class _News:
    """The new things as columns."""

    values: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, **row: object) -> None:
        for name, value in row.items():
            self.values.setdefault(name, []).append(value)


def _tell(cards: Sequence[Card], now: datetime) -> None:
    parents = dict(Place.objects.filter(pk__in={card.place_id for card in cards}).values_list("pk", "parent_id"))
    fields, news = _fields(cards), _News()
    for card in cards:
        telling = Telling("new", MESSAGE, {"title": card.title, "thing": card.thing.key}, card.url, "", None, now)
        news.add(
            ids=card.subject_id, places=card.place_id, above=parents.get(card.place_id),
            fields=fields.get(card.subject_id, ""), authors=card.author_id, texts=telling.values()["text"],
            urls=card.url,
        )  # fmt: skip
    write(MATCHED, Telling("new", MESSAGE, {}, "", "", None, now).values() | news.values)


def _fields(cards: Iterable[Card]) -> dict[int, str]:
    """The field of the pursuit of each subject whose kind has one; one query a kind."""
    found: dict[int, str] = {}
    for thing in {card.thing.key: card.thing for card in cards}.values():
        if thing.topic:
            ids = [card.pk for card in cards if card.thing.key == thing.key]
            rows = thing.model._default_manager.filter(pk__in=ids)  # noqa: SLF001
            found |= dict(rows.values_list(f"{thing.subject}__pk", thing.topic))
    return found


def watchers_of(office: Office) -> list[int]:
    """People who want to hear what an office takes on (one query)."""
    return list(Watch.objects.filter(office=office).order_by().values_list("user_id", flat=True).distinct())
