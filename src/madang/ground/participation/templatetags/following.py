"""Buttons with which any page lets its reader follow what it shows.

{% load following %}
{% follow_button proposal.pk followed=detail.followed large=True %}
{% watch_button place=place label="Tell me of what is new here" %}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from madang.ground.participation.queries import following

if TYPE_CHECKING:
    from django.db.models import Model

    from madang.ground.places.models import Place

register = template.Library()


def _around(context: template.Context) -> dict[str, Any]:
    """What the forms need of the page: the request, and its token for forms."""
    request = context.get("request")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "signed_in": bool(request and request.user.is_authenticated),
        "here": request.get_full_path() if request else "/",
    }


@register.inclusion_tag("participation/_follow.html", takes_context=True)
def follow_button(
    context: template.Context, thing: Model | int, followed: bool | None = None, *, large: bool = False
) -> dict[str, Any]:
    """Follow a thing (a row of a registered kind, or the id of its Subject), or follow it no longer.

    Given an id and `followed` it asks the database nothing, else one query.
    """
    around = _around(context)
    subject = thing if isinstance(thing, int) else None
    if subject is None or followed is None:
        subject, followed = following.standing(thing, getattr(around["request"], "user", None))
    return {**around, "subject": subject, "followed": followed, "large": large}


@register.inclusion_tag("participation/_watch.html", takes_context=True)
def watch_button(
    context: template.Context,
    *,
    place: Place | None = None,
    field: str = "",
    words: str = "",
    label: str = "",
    ask: bool = True,
    small: bool = False,
) -> dict[str, Any]:
    """Be told of what is new and meets every criterion given (one query for those who are signed in).

    ask=False: the page can afford no query; the button leads to the form, which knows what one watches already.
    """
    around = _around(context)
    known = around["signed_in"] and ask
    user = around["request"].user if known else None
    return {
        **around,
        "known": known,
        "watch": following.watches_for(user, place=place, field=field, words=words),
        "criteria": {"place": place.code if place else "", "field": field, "words": words},
        "label": label or _("Tell me of what is new"),
        "size": "button--small" if small else "",
    }


@register.inclusion_tag("participation/_bell.html", takes_context=True)
def bell(context: template.Context) -> dict[str, Any]:
    """The bell of the header. It asks for its count once the page stands, so that no page pays a query for it.

    A page that knows the count (`unread`) shows it at once.
    """
    return {**_around(context), "unread": context.get("unread"), "waiting": "unread" not in context}
