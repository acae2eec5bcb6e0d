"""What the templates of deliberations say in words."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from madang.explore.deliberations.models import Deliberation, Statement

register = template.Library()
TONES = {"open": "success", "announced": "information", "closed": "outline", "draft": "warning", "hidden": "danger"}


@register.filter
def state_badge(deliberation: Deliberation) -> dict[str, str]:
    """Label and tone of a deliberation's state."""
    labels = {
        "open": _("Open for voting"),
        "announced": _("Announced"),
        "closed": _("Closed"),
        "draft": _("In preparation"),
        "hidden": _("Hidden"),
    }
    return {"label": labels[deliberation.state], "tone": TONES[deliberation.state]}


@register.filter
def who_may(deliberation: Deliberation) -> str:
    """Who may take part, in a few words."""
    levels = {
        0: _("Everybody, also without an account"),
        1: _("Everybody with an account"),
        2: _("Whoever has confirmed a phone"),
        3: _("Confirmed residents"),
        4: _("Confirmed officials"),
    }
    if deliberation.residents_only:
        return _("Residents of %(place)s") % {"place": deliberation.place.name}
    return str(levels.get(deliberation.level, ""))


@register.filter
def in_words(statement: Statement) -> dict[str, str]:
    """A statement in the reader's language where it was translated, with the language it is in."""
    own = (get_language() or "ko").split("-")[0]
    translated = statement.translations.get(own) if own != statement.language else ""
    return {"text": translated or statement.text, "language": own if translated else statement.language}


@register.filter
def fresh_key(row: object) -> uuid.UUID:
    """A key for one act on this row: each drawing of a form has another."""
    del row
    return uuid.uuid4()
