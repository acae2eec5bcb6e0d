"""A file as a table of voices, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.explore.proposals.importing import csv_rows, jsonl_rows, raw_file, xlsx_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from madang.explore.proposals.importing.problems import Raw


@dataclass(frozen=True)
class Table:
    """The file's format and encoding, the columns found (our names), and its rows, which can be read once."""

    format: str
    encoding: str
    columns: tuple[str, ...]
    rows: Iterator[Raw]


def open_table(path: Path, said: str | None = None) -> Table:
    """Open a CSV, JSON-lines or Excel file; the first two also packed with gzip.

    said: the format, where the name does not tell. Raises BadFileError, now or (for damage further on) while reading.
    """
    found = raw_file.format_of(path, said)
    if found == "xlsx":
        known, rows = xlsx_rows.read(path)
        return Table(found, "utf-8", tuple(known), rows)
    encoding = raw_file.encoding_of(path)
    reader = csv_rows if found == "csv" else jsonl_rows
    known, rows = reader.read(path, raw_file.lines(path, encoding), encoding)
    return Table(found, encoding, tuple(known), rows)
