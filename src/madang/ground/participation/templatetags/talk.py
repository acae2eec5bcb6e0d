"""`{% discussion subject url=… author=… open=… %}`: the comments of anything, with the form to add one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.ground.participation import discussion as discussions
from madang.ground.participation import mentions, text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.utils.safestring import SafeString

    from madang.engines.texts.wordwise import Piece
    from madang.ground.participation.models import Subject

register = template.Library()


@register.inclusion_tag("talk/_discussion.html", takes_context=True)
def discussion(
    context: dict[str, Any],
    subject: Subject,
    *,
    url: str,
    author: int | None = None,
    author_label: str = "",
    open: bool = True,  # noqa: A002
) -> dict[str, Any]:
    """Everything said about a subject: a page of threads in one query, sorting, the form, the rules beside it."""
    about = discussions.About(subject, url, author, open, author_label)
    return discussions.context(context["request"], about)


@register.filter
def age(moment: datetime) -> str:
    """How long ago in words within a month, else the date."""
    past = timezone.now() - moment
    if past < timedelta(hours=1):
        minutes = max(1, int(past.total_seconds() // 60))
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if past < timedelta(days=1):
        hours = int(past.total_seconds() // 3600)
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    days = (timezone.localdate() - timezone.localdate(moment)).days
    if days <= 30:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


@register.filter
def when(moment: datetime) -> SafeString:
    """A <time> with the age in words and the exact date in its attribute."""
    return format_html('<time datetime="{}">{}</time>', timezone.localtime(moment).isoformat(), age(moment))


@register.filter
def language(value: str) -> str:
    """The language of people's words, for the lang attribute: screen readers choose their voice by it."""
    return text.language_of(value)


@register.filter
def said(value: str) -> str:
    """A text with its mentions as plain names."""
    return mentions.said(value)


@register.filter
def pieces(parts: Iterable[Piece]) -> SafeString:
    """A comparison with <del> and <ins>, said to screen readers too; line breaks kept by the style sheet."""
    names = {"removed": ("del", _("removed:")), "added": ("ins", _("added:"))}
    shown: list[str] = []
    for part in parts:
        if part.kind in names:
            tag, said_so = names[part.kind]
            form = '<{0}><span class="visually-hidden"> {1} </span>{2}</{0}>'
            shown.append(format_html(form, mark_safe(tag), said_so, part.text))  # noqa: S308 - one of two constants
        else:
            shown.append(part.text)
    return format_html_join("", "{}", ((one,) for one in shown))


@register.filter
def signal(one: dict[str, Any]) -> str:
    """Why a text was held, in words."""
    n = int(one["value"])
    words = {
        "links": ngettext("%(n)d link in the text", "%(n)d links in the text", n),
        "new_account": _("The account is less than a day old"),
        "repetition": ngettext(
            "You wrote nearly the same %(n)d time within a week",
            "You wrote nearly the same %(n)d times within a week",
            n,
        ),
        "elsewhere": ngettext(
            "%(n)d other person wrote nearly the same", "%(n)d other people wrote nearly the same", n
        ),
        "burst": ngettext("%(n)d text within ten minutes", "%(n)d texts within ten minutes", n),
        "script": _("Mostly in a script that is not read here every day"),
    }
    return words.get(one["key"], one["key"]) % {"n": n}
