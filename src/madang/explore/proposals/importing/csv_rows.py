"""Rows of a CSV file, with what spreadsheets and hands do to them: other separators, stray quotes, lost ones."""

from __future__ import annotations

import csv
from collections import deque
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from madang.explore.proposals.importing import headers
from madang.explore.proposals.importing.problems import BROKEN, BadFileError, Raw, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SEPARATORS = ",;\t|"


class Lines:
    """Lines that remember what a row has taken, so that those a stray quote swallowed can be read anew."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, keep: int = 1) -> None:
        """Put back all that was taken but the first `keep` lines."""
        rest = self.taken[keep:]
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)
        self.taken = self.taken[:keep]


def separator_of(header: str) -> str:
    """The separator that makes known columns of the first line; a comma where none does.

    >>> separator_of("번호;제목;내용"), separator_of("id|title|body"), separator_of("a b")
    (';', '|', ',')
    """

    def known(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=separator), [])
        return len(headers.meanings(cells)), len(cells)

    return max(SEPARATORS, key=known)


def read(path: Path, text: Iterable[str], encoding: str) -> tuple[dict[str, int], Iterator[Raw]]:
    """The columns by our names, and the rows. Raises BadFileError where a needed column is missing."""
    lines = Lines(text)
    while (first := next(lines, None)) is not None and not first.strip():
        lines.taken.clear()
    if first is None:
        raise BadFileError(path, _("the file is empty. Export it again, with its header row."))
    lines.give_back(keep=0)
    reader = csv.reader(lines, delimiter=separator_of(first), strict=True)
    try:
        header = next(reader)
    except csv.Error:
        what = _("the header row has a stray quotation mark. Remove it.")
        raise BadFileError(path, what, line=lines.number) from None
    known = headers.meanings(header)
    if wrong := headers.complaint(header, known):
        raise BadFileError(path, wrong, line=lines.number)
    return known, _rows(reader, lines, header, known, encoding)


def _rows(
    reader: Iterator[list[str]], lines: Lines, header: Sequence[str], known: dict[str, int], encoding: str
) -> Iterator[Raw]:
    while True:
        lines.taken.clear()
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            first = lines.taken[0]
            lines.give_back()
            yield Raw(start, problem=_reason(str(error)), excerpt=readable(first))
            continue
        if any(cell.strip() for cell in cells):
            yield _row(start, cells, header, known, encoding, lines)


def _row(
    start: int, cells: list[str], header: Sequence[str], known: dict[str, int], encoding: str, lines: Lines
) -> Raw:
    if any(cell.strip() for cell in cells[len(header) :]):
        first = lines.taken[0]
        lines.give_back()
        return Raw(start, problem=_too_many(len(cells), len(header)), excerpt=readable(first))
    if any(BROKEN.search(cell) for cell in cells):
        return Raw(start, problem=undecodable(encoding), excerpt=readable(" ".join(cells)))
    return Raw(start, {name: cells[at] for name, at in known.items() if at < len(cells)})


def undecodable(encoding: str) -> str:
    """What to say of a row with bytes of another encoding."""
    return _("The row is not %(encoding)s like the rest of the file. Save the file anew in one encoding.") % {
        "encoding": {"utf-8": "UTF-8", "cp949": "CP949"}[encoding]
    }


def _too_many(cells: int, heads: int) -> str:
    return _(
        "The row has %(cells)s cells and the header %(columns)s. "
        "Put quotation marks around the cell that holds the separator."
    ) % {"cells": cells, "columns": heads}


def _reason(error: str) -> str:
    if "field limit" in error:
        return _("A cell is longer than any voice, or a quotation mark opens it and none closes it.")
    if "new-line" in error:
        return _("A line break stands bare inside the row. Put the cell in quotation marks.")
    return _("A quotation mark is not closed, or stands single inside a quoted cell. Close or double it.")
