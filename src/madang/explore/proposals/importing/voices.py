"""A row becomes a voice, or a reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from madang.engines.texts import privacy
from madang.explore.proposals import text
from madang.explore.proposals.importing import values
from madang.explore.proposals.importing.markup import plain
from madang.explore.proposals.importing.problems import Raw, RowError, readable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

TITLE, BODY, ANSWER, IDENTITY, SOURCE, AUTHOR, OFFICE = 150, 20_000, 10_000, 80, 40, 40, 80
# Mark-up may weigh some times what it says; beyond this nobody need look for the words in it.
RAW = 5 * BODY
# An excerpt is 200 characters; no reader of Markdown need look at all of a long text for it.
EXCERPT_FROM = 400
# Every kind of personal data has an at sign, or seven digits with little between them: most texts have neither, and
# looking for this costs a tenth of looking for each kind.
_SUSPECT = re.compile(r"@|\d(?:\D{0,5}\d){6}")


@dataclass(slots=True)
class Voice:
    """A row that can be loaded. `place` is as the file names it, `category` one of the five fields or none."""

    line: int
    source: str
    source_id: str
    title: str
    body: str
    excerpt: str
    language: str
    created_at: datetime
    votes: int
    author: str
    place: str
    category: str
    url: str
    office: str
    answer: str
    answered_at: datetime
    masked: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """What holds for the whole file.

    source: that of rows which name none; with fixed_source, of all. dated: whether the file has a column of dates.
    """

    source: str
    now: datetime
    mask: bool = True
    dated: bool = True
    fixed_source: bool = False


def identity(cells: Mapping[str, object], rules: Rules) -> tuple[str, str]:
    """(source, id) of a row. Raises RowError."""
    own = "" if rules.fixed_source else plain(values.text_of(cells.get("source")))
    source, source_id = " ".join(own.split()) or rules.source, text.clean(values.text_of(cells.get("id")))
    if not source_id:
        raise RowError(_("The row has no id. Give every voice its own."))
    if len(source_id) > IDENTITY or len(source) > SOURCE:
        raise RowError(_("The id holds at most 80 characters and the source 40."))
    return source, source_id


def interpret(raw: Raw, rules: Rules) -> Voice:
    """The voice in a row. Raises RowError with the reason."""
    if raw.problem:
        raise RowError(raw.problem)
    cells = raw.cells
    source, source_id = identity(cells, rules)
    masked: dict[str, int] = {}
    title = " ".join(words(cells.get("title"), rules, masked).split())
    title, body = _fitting(title, words(cells.get("body"), rules, masked))
    answer = words(cells.get("opinion"), rules, masked)
    if len(answer) > ANSWER:
        raise _too_long(_("The answer"), len(answer), ANSWER)
    created_at, answered_at = _times(cells, rules)
    shown = text.excerpt(body[:EXCERPT_FROM])
    author = " ".join(words(cells.get("author"), rules, masked).split())
    return Voice(
        line=raw.line, source=source, source_id=source_id, title=title, body=body, excerpt=shown,
        language=text.language_of(f"{title} {shown}"), created_at=created_at,
        votes=values.count_of(cells.get("votes")), author=author[:AUTHOR].strip(),
        place=text.clean(values.text_of(cells.get("place"))), category=values.field_of(cells.get("category")),
        url=values.address_of(cells.get("url")), office=_office(cells), answer=answer, answered_at=answered_at,
        masked=masked,
    )  # fmt: skip


def words(cell: object, rules: Rules, masked: dict[str, int]) -> str:
    """A cell's words: no mark-up, no control characters, no personal data. Adds what it masked to `masked`."""
    raw = values.text_of(cell)
    if not raw:
        return ""
    if len(raw) > RAW:
        raise _too_long(_("The text"), len(raw), BODY)
    found = plain(raw)
    if not rules.mask or not _SUSPECT.search(found):
        return found
    result = privacy.mask(found)
    for kind, count in result.counts:
        masked[kind] = masked.get(kind, 0) + count
    return result.text


def _fitting(title: str, body: str) -> tuple[str, str]:
    """Title and body as they fit; a long title stands whole at the top of the body."""
    if not title:
        raise RowError(_("The row has no title."))
    if not body:
        raise RowError(_("The row has no text."))
    if len(title) > TITLE:
        title, body = title[: TITLE - 1].rstrip() + "…", f"{title}\n\n{body}"
    if len(body) > BODY:
        raise _too_long(_("The text"), len(body), BODY)
    return title, body


def _times(cells: Mapping[str, object], rules: Rules) -> tuple[datetime, datetime]:
    """When the voice was raised and when it was answered (the same where the file does not tell)."""
    created = values.moment_of(cells.get("date")) if rules.dated else rules.now
    if created is None:
        raise RowError(_("The row has no date. Write it as 2026-03-31."))
    answered = values.moment_of(cells.get("answered")) or created
    for at in (created, answered):
        if at > rules.now:
            raise RowError(_("The date %(date)s lies in the future. Correct it.") % {"date": at.date()})
    return created, max(created, answered)


def _office(cells: Mapping[str, object]) -> str:
    return " ".join(plain(values.text_of(cells.get("department"))).split())[:OFFICE]


def _too_long(what: str, length: int, most: int) -> RowError:
    return RowError(
        _("%(what)s has %(length)s characters; at most %(most)s fit. Shorten it.")
        % {"what": what, "length": f"{length:,}", "most": f"{most:,}"}
    )


def excerpt(raw: Raw, *, mask: bool) -> str:
    """What a report shows of a row: its beginning, without mark-up or (unless told otherwise) personal data."""
    cells = [str(raw.cells.get(name) or "")[:400] for name in ("id", "title", "body")]
    shown = raw.excerpt or " · ".join(cell for cell in cells if cell)
    shown = " ".join(plain(readable(shown[:800])).split())
    return (privacy.mask(shown).text if mask else shown)[:200]
