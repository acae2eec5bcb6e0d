"""How proposals are shown: their Markdown, the words a search found, their age, their status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from madang.engines.texts.search import snippet_positions
from madang.explore.proposals import text
from madang.explore.proposals.clock import State
from madang.explore.proposals.models import Proposal
from madang.ground.participation.templatetags import talk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.explore.proposals.clock import Clock

register = template.Library()
for _shared in (talk.age, talk.when, talk.language, talk.pieces):
    register.filter(_shared.__name__, _shared)


@register.filter
def markdown(value: str) -> SafeString:
    """Safe HTML of a citizen's or an office's Markdown."""
    return text.render(value)


@register.filter
def marked(value: str, words: Iterable[str]) -> SafeString | str:
    """The text, escaped, with the given words in <mark>."""
    words = tuple(words or ())
    if not words:
        return value
    pieces, at = [], 0
    for start, end in snippet_positions(value, words):
        if start >= at:
            pieces += [(value[at:start],), (format_html("<mark>{}</mark>", value[start:end]),)]
            at = end
    return format_html_join("", "{}", [*pieces, (value[at:],)])


@register.filter
def moment(at: datetime) -> str:
    """Day and minute, the minute on a clock of 24 hours in both languages."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATE_FORMAT')} {date_format(local, 'H:i')}"


BADGES = {
    Proposal.Status.ANSWERED: ("success", "check"),
    Proposal.Status.PROMOTED: ("primary", "flag"),
    Proposal.Status.MERGED: ("outline", "merge"),
    Proposal.Status.HIDDEN: ("warning", "eye"),
    Proposal.Status.WITHDRAWN: ("outline", "undo"),
}


@register.filter
def badges(proposal: Proposal, clock: Clock | None = None) -> list[dict[str, str]]:
    """The field, what became of the proposal, and whether an answer is late."""
    found = []
    if proposal.field:
        found.append({"label": str(proposal.get_field_display()), "tone": "voice", "icon": ""})
    if proposal.status in BADGES:
        tone, icon = BADGES[Proposal.Status(proposal.status)]
        found.append({"label": str(proposal.get_status_display()), "tone": tone, "icon": icon})
    if clock and clock.state == State.OVERDUE and proposal.is_visible:
        found.append({"label": _("Answer overdue"), "tone": "danger", "icon": "warning"})
    elif clock and clock.state == State.DUE and proposal.is_visible:
        found.append({"label": _("Waiting for an answer"), "tone": "information", "icon": "clock"})
    return found
