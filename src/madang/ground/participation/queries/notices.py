"""Reading what a person was told, as it may be shown today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from madang.ground.footing import keyset
from madang.ground.participation import kinds, things
from madang.ground.participation.models import Delivery, Notice, Reason, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.participation.things import Card
    from madang.ground.people.models import User

NOTICES = 30
MOST = 100


@dataclass(frozen=True)
class Told:
    """A notice in the reader's language.

    reason: why they were told; subject, title: of what, where it is still public; withheld: it is not, so that the
    text says only that.
    """

    pk: int
    kind: str
    group: str
    text: str
    url: str
    at: datetime
    read: bool
    reason: str
    subject: int | None
    title: str
    watch: int | None
    withheld: bool = False


def rendered(text: Mapping[str, object]) -> str:
    """The words of a notice in the current language."""
    message = gettext(str(text.get("message", "")))
    params = text.get("params", {})
    try:
        return message % (_with_labels(params) if isinstance(params, dict) else params)
    except (KeyError, ValueError, TypeError):
        return message  # a translation or an old notice without its parameters is still worth showing


def _with_labels(params: dict[str, object]) -> dict[str, object]:
    """`thing` is kept as a key and read in the reader's language."""
    thing = things.find(str(params.get("thing", "")))
    return params | {"thing": str(thing.label)} if thing else params


def told(rows: Sequence[Notice]) -> list[Told]:
    """Notices as they may be shown now: what is no longer public is withheld. One query, and one a kind of thing."""
    cards = things.cards({row.subject_id for row in rows if row.subject_id})
    return [_told(row, cards.get(row.subject_id or 0)) for row in rows]


def _told(row: Notice, card: Card | None) -> Told:
    withheld = is_withheld(row, card)
    text = gettext("Something of which you were told is no longer public.") if withheld else rendered(row.text)
    reason = "" if row.reason == Reason.DIRECT else str(Reason(row.reason).label)
    group, title = kinds.group_of(row.kind).key, card.title if card and not withheld else ""
    return Told(
        row.pk, row.kind, group, text, row.url, row.created_at, row.read_at is not None, reason, row.subject_id, title,
        row.watch_id, withheld,
    )  # fmt: skip


def is_withheld(row: Notice, card: Card | None) -> bool:
    """Whether a notice names something that is not public any more, and its reader did not write it."""
    return (
        row.subject_id is not None
        and not kinds.kind(row.kind).always
        and (card is None or not (card.public or card.author_id == row.user_id))
    )


@dataclass(frozen=True)
class Filter:
    """What of one's notices to show."""

    unread: bool = False
    group: str = ""

    def narrow(self, rows: QuerySet[Notice]) -> QuerySet[Notice]:
        if self.unread:
            rows = rows.filter(read_at=None)
        if self.group:
            rows = rows.filter(kind__in=kinds.kinds_of(self.group))
        return rows


def notices_of(user: User, *, after: str = "", chosen: Filter | None = None) -> keyset.Page[Told]:
    """A page of notices, newest first (one query, and those of `told`)."""
    rows = (chosen or Filter()).narrow(Notice.objects.filter(user=user))
    page = keyset.page(rows, by=("-created_at", "-id"), after=after, size=NOTICES)
    return keyset.Page(told(page.rows), page.next, page.previous)


def unread_count(user: User) -> int:
    """How many notices wait (at most 100: more than that nobody counts)."""
    return Notice.objects.filter(user=user, read_at=None).order_by()[:MOST].count()


def given_up(*, since: datetime) -> int:
    """How many deliveries were given up since then, for those who operate the site (one query)."""
    return Delivery.objects.filter(state=State.DEAD, finished_at__gte=since).count()
