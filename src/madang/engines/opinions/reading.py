"""Reads what Polis exports: votes.csv and comments.csv, as lines of bytes.

Columns in any order and with - or _ in their names; others are ignored. Ids are text; where all of them are whole
numbers they are put in their order, else in the order of the alphabet, so that the order of lines changes nothing.
"""

from __future__ import annotations

import csv
import math
from array import array
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from madang.engines.opinions.votes import Votes, VotesError, collect, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

VOTER = ("voter-id", "participant-id", "participant", "voter", "pid")
STATEMENT = ("comment-id", "statement-id", "comment", "statement", "tid")
VOTE = ("vote", "value")
TIME = ("timestamp", "modified", "created", "time", "datetime")
TEXT = ("comment-body", "statement", "comment", "text", "txt", "body")
MODERATED = ("moderated", "moderation", "mod")
META = ("is-meta", "meta")
AUTHOR = ("author-id", "author")

_SAID = {"1": 1, "0": 0, "-1": -1}
_ENCODING = "save it as UTF-8 (from {0}: iconv -f {0} -t UTF-8; in Excel: CSV UTF-8)"


class ReadingError(VotesError):
    """A file that can't be read. line: its number, from 1; the message says what is wrong and what to do."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True)
class Statement:
    """A statement of comments.csv. moderated: 1 accepted, 0 not looked at, -1 rejected; meta: about the process.

    at: milliseconds since 1970, None where the file does not tell.
    """

    id: str
    text: str = ""
    moderated: int = 0
    meta: bool = False
    author: str = ""
    at: float | None = None


@dataclass(frozen=True)
class Events:
    """Every vote as it was cast, oldest first, equal times in the order of lines.

    people, statements: ids in their order. who, what: index of each event, int32; said: 1, 0, -1, int8; when:
    milliseconds since 1970, float64, 0 where the file has no times.
    """

    people: tuple[str, ...]
    statements: tuple[str, ...]
    who: NDArray[np.int32] = field(repr=False)
    what: NDArray[np.int32] = field(repr=False)
    said: NDArray[np.int8] = field(repr=False)
    when: NDArray[np.float64] = field(repr=False)


def read_votes(lines: Iterable[bytes], statements: Sequence[Statement] = ()) -> Votes:
    r"""Votes of votes.csv: the last one of a pair by timestamp counts, the later line where timestamps are equal.

    statements: of `read_statements`: those that nobody voted on are kept, rejected and meta ones are marked. Raises
    ReadingError.

    >>> votes = read_votes([b"voter-id,comment-id,vote\n", b"7,3,1\n", b"7,3,-1\n"])
    >>> votes.people, votes.statements, votes.value.tolist()
    (('7',), ('3',), [-1])
    """
    told = read_events(lines, statements)
    masks = {one.id: one for one in statements}
    return collect(
        told.people,
        told.statements,
        told.who,
        told.what,
        told.said,
        hidden=frozenset(j for j, name in enumerate(told.statements) if name in masks and masks[name].moderated < 0),
        meta=frozenset(j for j, name in enumerate(told.statements) if name in masks and masks[name].meta),
    )


def read_events(lines: Iterable[bytes], statements: Sequence[Statement] = ()) -> Events:
    """Every line of votes.csv, also those that a later one replaces. Raises ReadingError."""
    reader = _Reader(lines)
    voter, statement, vote = reader.column(VOTER), reader.column(STATEMENT), reader.column(VOTE)
    time = reader.column_or_none(TIME)
    people, listed = _Ids(), _Ids()
    for one in statements:
        listed[one.id]
    who, what, said, when = array("i"), array("i"), array("b"), array("d")
    with reader.telling():
        for row in filter(None, reader.rows):
            who.append(people[row[voter]])
            what.append(listed[row[statement]])
            known = _SAID.get(row[vote])
            said.append(_vote(row[vote]) if known is None else known)
            moment = "0" if time is None else row[time]
            when.append(float(moment) if moment.isdecimal() else _time(moment))
    return _ordered_events(people, listed, (who, what, said, when))


def read_statements(lines: Iterable[bytes]) -> tuple[Statement, ...]:
    """Statements of comments.csv, in the order of the file. Raises ReadingError."""
    reader = _Reader(lines)
    identity = reader.column(STATEMENT[:2] + STATEMENT[4:] + ("id",))
    places = {
        name: reader.column_or_none(names)
        for name, names in (("text", TEXT), ("moderated", MODERATED), ("meta", META), ("author", AUTHOR), ("at", TIME))
    }
    found: dict[str, Statement] = {}
    with reader.telling():
        for row in filter(None, reader.rows):
            one = _statement(row[identity], {part: row[at].strip() for part, at in places.items() if at is not None})
            if one.id in found:
                raise _CellError(f"the statement {one.id} was listed before: give every statement its own id")
            found[one.id] = one
    return tuple(found.values())


def _statement(identity: str, cells: Mapping[str, str]) -> Statement:
    return Statement(
        _identity(identity),
        cells.get("text", ""),
        _moderated(cells.get("moderated", "")),
        cells.get("meta", "").lower() in {"1", "true", "t", "yes"},
        cells.get("author", ""),
        _time(cells["at"]) if cells.get("at") else None,
    )


def _ordered_events(
    people: _Ids, listed: _Ids, events: tuple[array[int], array[int], array[int], array[float]]
) -> Events:
    who, what, said, when = (np.asarray(one) for one in events)
    order = np.argsort(when, kind="stable") if len(when) and (np.diff(when) < 0).any() else slice(None)
    rows, columns = ordered(people.names), ordered(listed.names)
    return Events(
        tuple(people.names[i] for i in rows),
        tuple(listed.names[j] for j in columns),
        _places(rows)[who[order]],
        _places(columns)[what[order]],
        said[order].astype(np.int8),
        when[order],
    )


def _places(order: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place


class _CellError(Exception):
    """What is wrong with a cell."""


class _Ids(dict[str, int]):
    """Ids as they are met, numbered from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __missing__(self, text: str) -> int:
        name = _identity(text)
        if name != text:
            self[text] = self[name]
        else:
            self[text] = len(self.names)
            self.names.append(name)
        return self[text]


def _identity(text: str) -> str:
    name = text.strip()
    if not name:
        raise _CellError("an id is missing: complete the line or remove it")
    return name


def _vote(text: str) -> int:
    try:
        value = float(text)
    except ValueError:
        value = 2.0
    if value not in {1.0, 0.0, -1.0}:
        raise _CellError(f"{text!r} is no vote: write 1 (agree), 0 (pass) or -1 (disagree)")
    return int(value)


def _time(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise _CellError(f"{text!r} is no time: write milliseconds since 1970, or 2026-01-31T09:00:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000


def _moderated(text: str) -> int:
    if not text:
        return 0
    try:
        return _vote(text)
    except _CellError:
        raise _CellError(f"{text!r} is no moderation: write 1 (accepted), 0 (not yet) or -1 (rejected)") from None


class _Reader:
    """Rows of a CSV file with the number of their line."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        rest = iter(lines)
        head = self._head(next(rest, b""))
        mark = max(",;\t", key=head.count)
        self.heads = [self._name(cell) for cell in next(csv.reader([head], delimiter=mark))]
        self.rows = csv.reader(map(bytes.decode, rest), delimiter=mark)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn what goes wrong with a row into an error that names its line."""
        try:
            yield
        except UnicodeDecodeError:
            raise ReadingError(self.rows.line_num + 2, f"this is not UTF-8: {_ENCODING.format('CP949')}") from None
        except csv.Error as error:
            self._bad(f"this is no CSV ({error}): export the file anew")
        except IndexError:
            self._bad(f"there are fewer columns than the {len(self.heads)} of the first line: complete the line")
        except _CellError as error:
            self._bad(str(error))

    def column(self, names: Sequence[str]) -> int:
        at = self.column_or_none(names)
        if at is None:
            self._bad(f"there is no column {names[0]} (only {', '.join(self.heads)[:80]}): name it in the first line")
        return at

    def column_or_none(self, names: Sequence[str]) -> int | None:
        return next((self.heads.index(name) for name in names if name in self.heads), None)

    def _bad(self, why: str) -> NoReturn:
        raise ReadingError(self.rows.line_num + 1, why) from None

    @staticmethod
    def _head(raw: bytes) -> str:
        if not raw.strip():
            raise ReadingError(0, "the file is empty: export it anew, with its first line that names the columns")
        if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in raw:
            raise ReadingError(1, f"this is UTF-16: {_ENCODING.format('UTF-16')}")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ReadingError(1, f"this is not UTF-8: {_ENCODING.format('CP949')}") from None

    @staticmethod
    def _name(cell: str) -> str:
        return cell.strip().lower().replace("_", "-").replace(" ", "-")
