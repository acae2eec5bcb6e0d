"""Composing mails: text and HTML in the reader's language, with an identity that stays when a mail is sent again."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from madang.ground.participation import things
from madang.ground.participation.delivery.styles import styled
from madang.ground.participation.delivery.tokens import absolute, unsubscribe_url
from madang.ground.participation.kinds import find_group
from madang.ground.participation.queries.notices import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from madang.ground.participation.models import Delivery, Notice
    from madang.ground.participation.queries.notices import Told
    from madang.ground.people.models import User

LINES = 40


@dataclass(frozen=True)
class Part:
    """What is told of one thing. title "": of nothing in particular."""

    title: str
    url: str
    lines: Sequence[Told]


@dataclass(frozen=True)
class Content:
    """What a mail says, before it is dressed."""

    subject: str
    lead: str
    parts: Sequence[Part]
    why: str
    scope: str
    more: int = 0
    thread: int | None = None
    extra: dict[str, object] = field(default_factory=dict)


def identity(delivery: Delivery) -> str:
    """The Message-ID: the same however often the delivery is tried, so that receivers see one mail."""
    return f"<delivery.{delivery.pk}@{_domain()}>"


def _domain() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def notice_letter(delivery: Delivery, notice: Notice) -> EmailMultiAlternatives:
    """The mail of one notice."""
    with override(delivery.user.language):
        (line,) = told([notice])
        group = find_group(line.group)
        why = " ".join([line.reason, _("You get mail about “%(group)s”.") % {"group": group and group.label}]).strip()
        content = Content(
            subject=line.text,
            lead=line.text,
            parts=[Part(line.title, absolute(line.url), [line])],
            why=why,
            scope=f"group:{line.group}",
            thread=notice.subject_id,
            extra={"single": True},
        )
        return _dressed(delivery, content)


def digest_letter(delivery: Delivery, notices: Sequence[Notice]) -> EmailMultiAlternatives:
    """The mail of a day or a week, by what it is about."""
    with override(delivery.user.language):
        count, rhythm = len(notices), delivery.digest.rhythm if delivery.digest else "daily"
        subject = ngettext("%(n)d piece of news", "%(n)d pieces of news", count) % {"n": count}
        named = _("Your day on Madang") if rhythm == "daily" else _("Your week on Madang")
        why = _("You get this once a day.") if rhythm == "daily" else _("You get this once a week.")
        content = Content(
            subject=f"{named}: {subject}",
            lead=subject,
            parts=list(_parts(told(notices[:LINES]))),
            why=why,
            scope=f"rhythm:{rhythm}",
            more=max(0, count - LINES),
            extra={"heading": named},
        )
        return _dressed(delivery, content)


def _parts(lines: Sequence[Told]) -> Iterable[Part]:
    """Lines by what they are about, the thing with the newest line first; what is about nothing stands last."""
    newest: dict[int, int] = {}
    for at, line in enumerate(lines):
        newest.setdefault(line.subject or 0, at if line.title else len(lines))
    order = sorted(lines, key=lambda line: newest[line.subject or 0])
    cards = things.cards({line.subject for line in lines if line.subject and line.title})
    for subject, group in groupby(order, key=lambda line: (line.subject or 0) if line.title else 0):
        card = cards.get(subject)
        yield Part(card.title if card else "", absolute(card.url) if card else "", list(group))


def _dressed(delivery: Delivery, content: Content) -> EmailMultiAlternatives:
    user = delivery.user
    stop = unsubscribe_url(user, content.scope)
    context = {
        "content": content, "user": user, "stop": stop, "language": user.language, **content.extra,
        "settings_url": absolute(reverse("participation:notice_settings")),
        "notices_url": absolute(reverse("participation:notices")),
        "site": absolute("/"),
    }  # fmt: skip
    letter = EmailMultiAlternatives(
        subject=_one_line(content.subject),
        body=render_to_string("participation/mail/letter.txt", context).strip() + "\n",
        to=[_address(user)],
        headers=_headers(delivery, content, stop),
    )
    letter.attach_alternative(styled(render_to_string("participation/mail/letter.html", context)), "text/html")
    return letter


def _headers(delivery: Delivery, content: Content, stop: str) -> dict[str, str]:
    headers = {
        "Message-ID": identity(delivery),
        "Date": formatdate(delivery.created_at.timestamp()),
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Content-Language": delivery.user.language,
    }
    if content.thread:
        # Mails about one thing stand together in the reader's mailbox.
        headers["References"] = f"<subject.{content.thread}@{_domain()}>"
    return headers


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"


def _address(user: User) -> str:
    # The name is not sent along: a name that somebody chose must not pass for a sender's or receiver's address.
    return user.email
