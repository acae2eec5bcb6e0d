"""From the text of a .pb file to its three sections with their rows of cells, and from cells to numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from madang.engines.ballots.election import ElectionError

SECTIONS = ("META", "PROJECTS", "VOTES")
# What a tool wrote where it had nothing.
NOTHING = {"", "none", "null", "nan", "n/a"}
_BLANKS = str.maketrans(dict.fromkeys(" \t\xa0\u2009\u202f"))
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(,)\d{3}(?:,\d{3})+(?:\.\d+)?|(\.)\d{3}(?:\.\d{3})+(?:,\d+)?)")
# A name broken over more lines than this is a quotation mark that nobody closed.
_LONGEST = 50


class PabulibError(ElectionError):
    """A file that can't mean an election. line: from 1, 0 where it is none in particular; says what to mend."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}" if line else why)
        self.line, self.why = line, why


@dataclass(frozen=True)
class Note:
    """Something that was read in the only way that makes sense, and should be known. key: what kind, for machines."""

    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


@dataclass
class Notes:
    """Collects notes; of many alike, the first and the number."""

    first: dict[str, tuple[int, str]] = field(default_factory=dict)
    number: dict[str, int] = field(default_factory=dict)

    def add(self, line: int, key: str, text: str, number: int = 1) -> None:
        """Note something on a line."""
        self.first.setdefault(key, (line, text))
        self.number[key] = self.number.get(key, 0) + number

    def all(self) -> tuple[Note, ...]:
        """Return one note a kind, in the order of lines."""
        notes = []
        for key, (line, text) in self.first.items():
            rest = self.number[key] - 1
            notes.append(Note(line, key, f"{text} (and {rest:,} more like it)" if rest else text))
        return tuple(sorted(notes, key=lambda note: note.line))


@dataclass
class Section:
    """Lines first to last (indexes, last excluded) after the title; title is the index of its line."""

    title: int
    first: int
    last: int


def text_of(source: str | bytes | Iterable[str]) -> str:
    """Return the text, without byte-order marks and with plain line feeds. Raises PabulibError."""
    if isinstance(source, bytes):
        source = _decoded(source)
    elif not isinstance(source, str):
        source = "\n".join(line.removesuffix("\n") for line in source)
    text = source.lstrip("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        # Alone they end lines only where nothing else does.
        text = text.replace("\r", " " if "\n" in text else "\n")
    return text


def _decoded(raw: bytes) -> str:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PabulibError(
            line, "this is not UTF-8: save the file as UTF-8 (from Windows-1250: iconv -f CP1250 -t UTF-8)"
        ) from None


def sections(lines: list[str], notes: Notes) -> dict[str, Section]:
    """Find the three sections. Raises PabulibError where one is missing."""
    found: dict[str, Section] = {}
    current = None
    for index, line in enumerate(lines):
        # Most lines are votes: look closer only at what may be a title.
        name = _title(line) if len(line) < 80 and line[:1] in 'MmPpVv" \t\ufeff' else ""
        if not name:
            continue
        if name in found:
            if _repeats(lines, found[name], index):
                notes.add(index + 1, "section-twice", f"{name} begins a second time; read as one section")
                lines[index] = lines[_next(lines, index + 1)] = ""
            continue
        if current is not None:
            current.last = index
        current = found[name] = Section(index, index + 1, len(lines))
    missing = [name for name in SECTIONS if name not in found]
    if missing:
        raise PabulibError(
            0, f"there is no section {missing[0]}: a .pb file has META, PROJECTS and VOTES, each title on its own line"
        )
    return found


def _title(line: str) -> str:
    """Return the section that a line begins. A row whose first cell is such a word has more than that cell."""
    word = line.strip().rstrip(";").strip().strip('"\ufeff').strip().upper()
    return word if word in SECTIONS else ""


def _next(lines: list[str], index: int) -> int:
    while index < len(lines) - 1 and not lines[index].strip(" \t;"):
        index += 1
    return index


def _repeats(lines: list[str], section: Section, index: int) -> bool:
    """Whether the header of the section stands below the title again."""
    again = _next(lines, index + 1)
    return again < len(lines) and lines[again].strip() == lines[_next(lines, section.first)].strip() != ""


def rows(lines: list[str], first: int, end: int, last: int, notes: Notes) -> tuple[list[tuple[int, list[str]]], int]:
    """Read the rows that begin on lines first to end (excluded), cells stripped; blank rows are left out.

    A row may go on beyond end, not beyond last. Returns rows with the number of their line, and the line after them.
    """
    found = []
    index, width = first, 0
    while index < end:
        line = lines[index]
        if '"' in line:
            row, used = _quoted(lines, index, last, width, notes)
        else:
            row, used = line.split(";"), 1
        cells = [cell.strip() for cell in row]
        if any(cells):
            found.append((index + 1, cells))
            width = width or len(cells)
        index += used
    return found, index


def _quoted(lines: list[str], index: int, last: int, width: int, notes: Notes) -> tuple[list[str], int]:
    """Read a row with quotation marks, which may go on over lines. Returns its cells and how many lines it took."""
    row = _parsed(lines[index])
    if row is not None:
        return row, 1
    bare = lines[index].split(";")
    whole_below = index + 1 < last and lines[index + 1].count(";") == width - 1
    if not (width and len(bare) == width and whole_below):
        text = lines[index]
        for used in range(2, min(_LONGEST, last - index) + 1):
            text += "\n" + lines[index + used - 1]
            row = _parsed(text)
            if row is not None:
                return row, used
    notes.add(index + 1, "open-quote", "a quotation mark is never closed; read as a part of the text")
    return bare, 1


def _parsed(text: str) -> list[str] | None:
    """Return the cells of one row, or None where a quotation mark is still open."""
    try:
        # An iterator of one: a line break inside must not end the row.
        return next(csv.reader(iter([text]), delimiter=";", skipinitialspace=True, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            return None
    except StopIteration:
        return [""]
    try:
        return next(csv.reader(iter([text]), delimiter=";", skipinitialspace=True))
    except csv.Error:
        # A cell beyond the limit of the csv module: a very long comment.
        return text.split(";")


def number(text: str) -> Fraction | None:
    """Return what a cell says as a number, or None. Decimal points or commas, groups of thousands, blanks between.

    >>> number("1 234,5"), number("1.234.567"), number("about 3")
    (Fraction(2469, 2), Fraction(1234567, 1), None)
    """
    plain = text.translate(_BLANKS)
    if _PLAIN.fullmatch(plain):
        return Fraction(plain.replace(",", "."))
    groups = _GROUPED.fullmatch(plain)
    if groups:
        mark = groups[1] or groups[2]
        return Fraction(plain.replace(mark, "").replace(",", "."))
    return None


def sized(value: Fraction) -> bool:
    """Whether a number is one that people write: below 10¹⁵, with at most 18 decimals."""
    return abs(value) < 10**15 and 10**18 % value.denominator == 0


def decimals(value: Fraction) -> int:
    """Return how many decimals a number from a file has."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return places


def items(text: str) -> tuple[str, ...]:
    """Return the entries of a list in a cell."""
    return tuple(one for one in (part.strip() for part in text.split(",")) if one.lower() not in NOTHING)
