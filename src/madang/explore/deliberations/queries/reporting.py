"""The report of a deliberation: what a council member reads in three minutes, as data for the page and the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.explore.deliberations.queries import showing, wording
from madang.ground.footing import documents

if TYPE_CHECKING:
    from madang.explore.deliberations.models import Deliberation, Map

TEMPLATE = Path(__file__).parent.parent / "documents" / "report.typ"
SIZE, PRINTED = 50, 300
# A document is the same as long as its map is: kept for an hour, made anew after.
KEPT = 3600


@dataclass(frozen=True)
class Report:
    """What the page shows: the map in words, and a part of its statements, those with most votes first."""

    shown: showing.Shown
    statements: tuple[showing.Line, ...] = field(repr=False)
    first: int
    following: int | None


def report(deliberation: Deliberation, drawn: Map, *, first: int = 0) -> Report:
    """The report of a map (one query)."""
    del deliberation
    found = showing.shown(drawn)
    rows = found.by_votes
    following = first + SIZE if first + SIZE < len(rows) else None
    return Report(found, tuple(rows[first : first + SIZE]), first, following)


def pdf(deliberation: Deliberation, drawn: Map, *, language: str) -> bytes:
    """The document in a language; the same map gives the same bytes."""
    key = f"report:{drawn.pk}:{language}:{deliberation.status}"
    content = cache.get(key)
    if content is None:
        with translation.override(language):
            content = documents.pdf(
                template=TEMPLATE, data=_told(deliberation, showing.shown(drawn)), title=deliberation.title,
                language=language, at=drawn.computed_at,
            )  # fmt: skip
        cache.set(key, content, KEPT)
    return bytes(content)


def _told(deliberation: Deliberation, found: showing.Shown) -> dict[str, Any]:
    drawn = found.map
    when = formats.date_format(timezone.localtime(drawn.computed_at), "DATETIME_FORMAT")
    period = " – ".join(
        formats.date_format(timezone.localtime(one), "DATE_FORMAT")
        for one in (deliberation.opens_at, deliberation.closes_at)
    )
    return {
        "place": str(deliberation.place), "source": wording.source(deliberation), "period": period,
        "description": deliberation.description[:600],
        "foot": _("%(title)s · map %(number)s of %(when)s")
        % {"title": deliberation.title[:60], "number": drawn.pk, "when": when},
        "facts": [
            {"number": f"{drawn.participants:,}", "label": _("people voted")},
            {"number": f"{len(found.lines):,}", "label": _("statements")},
            {"number": f"{drawn.votes:,}", "label": _("votes")},
            {"number": str(len(found.groups) or "–"), "label": _("groups of opinion")},
        ],
        "verdict": wording.verdict(found), "words": _words(),
        "consensus": [_ranked(one) for one in found.consensus[: showing.TOP]],
        "bridges": [_ranked(one) for one in found.bridges[: showing.TOP]],
        "divisive": [_ranked(one) for one in found.divisive[: showing.TOP]],
        "unsure": [_line(one) for one in found.unsure[: showing.TOP]],
        "groups": [_group(one) for one in found.groups],
        "statements": [_line(one) for one in found.by_votes[:PRINTED]],
        "left": max(0, len(found.lines) - PRINTED),
        "method": wording.method(drawn), "digest": drawn.input_digest,
    }  # fmt: skip


def _words() -> dict[str, str]:
    return {
        "summary": _("In short"), "unites": _("What unites"), "bridges": _("What bridges"),
        "divides": _("What divides"),
        "unsure": _("Where people are unsure"), "groups": _("Groups of opinion"), "all": _("All statements"),
        "agree": _("Agree"), "disagree": _("Disagree"), "passed": _("Pass"),
        "none": _("Nothing that the votes support."),
        "believes": _("Answers unlike the rest"), "shares": _("Shares with all others"), "how": _("How to read this"),
        "statement": _("Statement"), "everybody": _("Everybody"), "group": _("Group"),
        "reading": wording.reading(),
    }  # fmt: skip


def _ranked(one: showing.Ranked) -> dict[str, Any]:
    return {**_line(one.line), "told": wording.answer(one.line.everybody, one.direction)}


def _line(line: showing.Line) -> dict[str, Any]:
    bar = line.everybody
    return {
        "number": line.number, "text": line.text, "n": bar.n, "agree": bar.agree.p, "passed": bar.passed.p,
        "disagree": bar.disagree.p, "told": wording.answer(bar, bar.more), "alt": wording.whole(bar),
        "passes": wording.passes(bar), "groups": [wording.short(one) for one in line.groups],
    }  # fmt: skip


def _group(one: showing.Group) -> dict[str, Any]:
    people = ngettext("%(n)s person", "%(n)s people", one.size) % {"n": f"{one.size:,}"}
    return {
        "title": _("Group %(letter)s · %(people)s (%(percent)s%%)")
        % {"letter": one.letter, "people": people, "percent": one.percent},
        "beliefs": [
            {"text": belief.line.text, "told": wording.belief(belief)} for belief in one.beliefs[: showing.TOP]
        ],
        "shared": [line.text for line in one.shared[:3]],
    }  # fmt: skip
