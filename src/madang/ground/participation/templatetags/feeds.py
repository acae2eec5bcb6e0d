"""Feeds of a page: for programs in its head, for people at its foot. `{% load feeds %}`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.ground.participation.feeds import lists

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()
# Where in the list a reader stands says nothing about what the list is.
PLACES_IN_A_LIST = {"after", "before", "cursor", "order", "page", "csrfmiddlewaretoken"}


def _query(context: Mapping[str, Any]) -> str:
    """The filters of the page, as its feed takes them."""
    query = context["request"].GET.copy()
    for name in [*PLACES_IN_A_LIST, *(name for name, value in query.items() if not value)]:
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


def _links(name: str, *args: object, query: str = "") -> dict[str, str]:
    return {fmt: reverse(name, args=[*args, fmt]) + query for fmt in ("atom", "rss")}


def _found(context: Mapping[str, Any], key: str, of: object) -> dict[str, object]:
    if key == "place":
        return {"title": str(of), **_links("feeds:place", of.code)}  # type: ignore[attr-defined]
    if key == "subject":
        return {"title": _("Comments"), **_links("feeds:subject", of.pk)}  # type: ignore[attr-defined]
    found = lists.find(key)
    if found is None:
        raise template.TemplateSyntaxError(f"No feed is called {key!r}: register it with feeds.lists or as a Thing.")
    return {"title": found.title, **_links("feeds:list", key, query=_query(context))}


@register.inclusion_tag("feeds/_head.html", takes_context=True)
def feed_head(context: Mapping[str, Any], key: str, of: object = None) -> dict[str, object]:
    """Autodiscovery, for the page's head: {% feed_head "agenda" %}, {% feed_head "place" place %}."""
    return _found(context, key, of)


@register.inclusion_tag("feeds/_links.html", takes_context=True)
def feed_links(context: Mapping[str, Any], key: str, of: object = None, calendar: str = "") -> dict[str, object]:
    """The same for people, at the foot of a list; calendar: key of a calendar that belongs to it."""
    dates = reverse("feeds:calendar", args=[calendar]) + _query(context) if calendar else ""
    return {**_found(context, key, of), "dates": dates}
