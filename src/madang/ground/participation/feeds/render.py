"""Entries as Atom or RSS, dated things as iCalendar: the same content gives the same bytes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import icalendar
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, get_tag_uri
from django.utils.translation import get_language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from madang.ground.participation.feeds.calendars import Dated
    from madang.ground.participation.feeds.lists import FeedEntry

    Absolute = Callable[[str], str]

# What XML 1.0 cannot hold; people paste such letters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# The date of a feed in which nothing stands yet: a fixed one, so that its bytes stay the same.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCT = "-//Madang//Madang 1//KO"


class _Steady(SyndicationFeed):
    """A feed without entries dates from the beginning, not from the moment of asking."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else BEGINNING


class _Atom(_Steady, Atom1Feed):
    pass


class _Rss(_Steady, Rss201rev2Feed):
    pass


FORMATS: dict[str, type[_Steady]] = {"atom": _Atom, "rss": _Rss}


def clean(text: str) -> str:
    """Text without the letters that XML refuses."""
    return _FORBIDDEN.sub("", text)


def feed(
    entries: Sequence[FeedEntry], *, fmt: str, title: str, about: str, page: str, itself: str, absolute: Absolute
) -> bytes:
    """A feed. page, itself: addresses of the page with the same content and of the feed, from the root."""
    made = FORMATS[fmt](
        title=clean(title), link=absolute(page), description=clean(about), language=get_language() or "ko",
        feed_url=absolute(itself), feed_guid=absolute(itself),
    )  # fmt: skip
    for one in entries:
        link = absolute(one.url)
        made.add_item(
            title=clean(one.title), link=link, description=clean(one.text), pubdate=one.at, updateddate=one.at,
            unique_id=get_tag_uri(absolute(f"/{one.key}"), None), unique_id_is_permalink=False,
            author_name=clean(one.author) or None, categories=[clean(each) for each in one.categories],
        )  # fmt: skip
    return made.writeString("utf-8").encode()


def changed(entries: Sequence[FeedEntry]) -> datetime:
    """When a feed last changed, as far as its entries tell."""
    return max((one.at for one in entries), default=BEGINNING)


def calendar(dated: Sequence[Dated], *, title: str, host: str, absolute: Absolute) -> bytes:
    """A calendar."""
    made = icalendar.Calendar()
    for name, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("name", title),
        ("x-wr-calname", title),
        ("x-published-ttl", "PT1H"),
    ):
        made.add(name, value)
    for one in dated:
        made.add_component(_event(one, host, absolute))
    return made.to_ical()


def _event(one: Dated, host: str, absolute: Absolute) -> icalendar.Event:
    event = icalendar.Event()
    fields: dict[str, Any] = {
        "uid": f"{one.uid}@{host}",
        "dtstamp": one.changed.astimezone(UTC),
        "last-modified": one.changed.astimezone(UTC),
        "dtstart": _moment(one.start),
        "dtend": _moment(one.end) if one.end else None,
        "summary": one.title,
        "description": one.text,
        "location": one.where,
        "url": absolute(one.url),
        "transp": "TRANSPARENT",
    }
    for name, value in fields.items():
        if value:
            event.add(name, clean(value) if isinstance(value, str) else value)
    return event


def _moment(value: Any) -> Any:
    """A day stays a day; a moment is said in UTC, so that no calendar needs our zone's definition."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value
