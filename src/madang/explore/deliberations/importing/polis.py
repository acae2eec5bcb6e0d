"""A conversation as Polis exports it: votes.csv and comments.csv, and summary.csv where there is one."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from django.utils.translation import gettext as _

from madang.engines.opinions.reading import Events, ReadingError, Statement, read_events, read_statements
from madang.engines.texts.privacy import mask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

VOTES, COMMENTS, SUMMARY = "votes.csv", "comments.csv", "summary.csv"
NEEDED = (VOTES, COMMENTS)
LONGEST = 1000
# Beyond these a file is no conversation that pages could show.
MOST_STATEMENTS, MOST_PEOPLE = 5_000, 2_000_000
LARGEST_NUMBER = 2**31 - 1
Sign = Literal["auto", "plus", "minus"]
T = TypeVar("T")


class BadFileError(ValueError):
    """A file that can't be loaded. name, line (0: the whole file); the text says what to do."""

    def __init__(self, name: str, line: int, why: str) -> None:
        super().__init__(f"{name}, {_('line')} {line}: {why}" if line else f"{name}: {why}")
        self.name, self.line, self.why = name, line, why


@dataclass(frozen=True)
class Conversation:
    """What was read, with the numbers that people and statements get here.

    events: with +1 for agree, whatever the file wrote. told: rows of summary.csv. digest: SHA-256 of the files and of
    the choices that change what is loaded.
    """

    digest: str
    statements: tuple[Statement, ...] = field(repr=False)
    statement_numbers: NDArray[np.int64] = field(repr=False)
    people_numbers: NDArray[np.int64] = field(repr=False)
    events: Events = field(repr=False)
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.told.get("topic", "").strip()


def read(files: Mapping[str, bytes], *, sign: Sign = "auto", strict: bool = False) -> Conversation:
    """Read and check everything before anything is written. Raises BadFileError.

    sign: which of 1 and -1 is "agree" in votes.csv: "plus" (Polis' exports), "minus" (its raw database), or "auto",
    which compares with the counts in comments.csv. strict: statements that nobody accepted are not shown either.
    """
    missing = [name for name in NEEDED if name not in files]
    if missing:
        raise BadFileError(missing[0], 0, _("this file is missing. Export the conversation from Polis with it."))
    statements = _read(COMMENTS, lambda: read_statements(io.BytesIO(files[COMMENTS])))
    events = _read(VOTES, lambda: read_events(io.BytesIO(files[VOTES]), statements))
    _check(events, statements)
    agree = _sign(files, events, sign)
    if agree == "minus":
        events = Events(events.people, events.statements, events.who, events.what, -events.said, events.when)
    digest = _digest(files, agree, strict)
    numbers = _numbers(events.statements)
    told = _summary(files.get(SUMMARY, b""))
    return Conversation(digest, _known(events, statements, strict), numbers, _numbers(events.people), events, told)


def _read(name: str, reading: Callable[[], T]) -> T:
    try:
        return reading()
    except ReadingError as error:
        raise BadFileError(name, error.line, str(error)) from None


def _check(events: Events, statements: tuple[Statement, ...]) -> None:
    if not len(events.said):
        raise BadFileError(VOTES, 0, _("there is no vote in it. Export the conversation once people have voted."))
    if len(events.statements) > MOST_STATEMENTS or len(events.people) > MOST_PEOPLE:
        raise BadFileError(VOTES, 0, _("it holds more than 5,000 statements or 2,000,000 people. Split it."))
    for one in statements:
        if not one.text.strip():
            raise BadFileError(COMMENTS, 0, _("the statement %(id)s has no text. Write it.") % {"id": one.id})
        if len(one.text) > LONGEST:
            said = _("the statement %(id)s is longer than 1,000 characters. Shorten it.")
            raise BadFileError(COMMENTS, 0, said % {"id": one.id})


def _sign(files: Mapping[str, bytes], events: Events, sign: Sign) -> Sign:
    """Which sign is "agree". Where the counts in comments.csv fit the other one better, that one is."""
    if sign != "auto":
        return sign
    counts = _counts(files[COMMENTS])
    if counts is None:
        return "plus"
    plus, minus = int((events.said == 1).sum()), int((events.said == -1).sum())
    agrees, disagrees = counts
    as_told = abs(agrees - plus) + abs(disagrees - minus)
    turned = abs(agrees - minus) + abs(disagrees - plus)
    return "minus" if turned < as_told else "plus"


def _counts(comments: bytes) -> tuple[int, int] | None:
    rows = csv.DictReader(io.StringIO(comments.decode("utf-8-sig")))
    if not {"agrees", "disagrees"} <= set(rows.fieldnames or ()):
        return None
    agrees = disagrees = 0
    for row in rows:
        try:
            agrees, disagrees = agrees + int(row["agrees"] or 0), disagrees + int(row["disagrees"] or 0)
        except ValueError:
            return None
    return agrees, disagrees


def _known(events: Events, statements: tuple[Statement, ...], strict: bool) -> tuple[Statement, ...]:
    """The statements in the order of the events', also those that comments.csv does not name; names masked."""
    named = {one.id: one for one in statements}
    found = []
    for name in events.statements:
        one = named.get(name, Statement(name, _("Statement %(id)s (its text was not exported)") % {"id": name}))
        shown = one.moderated > 0 if strict else one.moderated >= 0
        text = mask(" ".join(one.text.split())).text[:LONGEST]
        found.append(Statement(one.id, text, 1 if shown else -1, one.meta, one.author, one.at))
    return tuple(found)


def _numbers(names: tuple[str, ...]) -> NDArray[np.int64]:
    """The ids as numbers where all are whole numbers that fit, else their place in the order."""
    if all(name.isascii() and name.isdigit() and len(name) < 11 for name in names):
        numbers = np.array([int(name) for name in names], dtype=np.int64)
        if len(np.unique(numbers)) == len(names) and (not len(numbers) or numbers.max() <= LARGEST_NUMBER):
            return numbers
    return np.arange(len(names), dtype=np.int64)


def _summary(content: bytes) -> dict[str, str]:
    """topic, url, conversation-description and counts; an unreadable file tells nothing."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        return {}
    return {row[0]: row[1] for row in rows if len(row) == 2}


def _digest(files: Mapping[str, bytes], sign: Sign, strict: bool) -> str:
    told = hashlib.sha256(f"polis {sign} {strict}\n".encode())
    for name in (VOTES, COMMENTS, SUMMARY):
        told.update(hashlib.sha256(files.get(name, b"")).digest())
    return told.hexdigest()
