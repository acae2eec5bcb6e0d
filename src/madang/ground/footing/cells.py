"""Cells of the tables that people take away: none is run as a formula by the spreadsheet that opens it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A spreadsheet takes a cell that begins so for a formula; with an apostrophe before it, for a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> object:
    """A text that no spreadsheet runs; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV in UTF-8 with a mark, so that Excel reads the Korean."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for row in (head, *rows):
        writer.writerow([safe(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")
