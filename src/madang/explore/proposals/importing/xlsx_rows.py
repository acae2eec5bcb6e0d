"""Rows of the first sheet of an Excel workbook: values only, never formulas, and no bomb."""

from __future__ import annotations

import warnings
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from madang.explore.proposals.importing import headers
from madang.explore.proposals.importing.problems import BadFileError, Raw
from madang.explore.proposals.importing.raw_file import complaints

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# A workbook of 100,000 long voices unpacks to some 300 MB; its shared texts are held in memory while it is read.
UNPACKED = 800_000_000
SHARED_TEXTS = 400_000_000
PARTS = 2_000
WIDEST = 200
HEADER_WITHIN = 20


def read(path: Path) -> tuple[dict[str, int], Iterator[Raw]]:
    """The columns by our names, and the rows. Raises BadFileError for what is broken, too large or lacks a column."""
    _check_size(path)
    rows = _values(path)
    for number, cells in rows:
        if any(str(cell).strip() for cell in cells if cell is not None):
            known = headers.meanings(cells)
            if wrong := headers.complaint(cells, known):
                raise BadFileError(path, wrong, line=number)
            return known, _rows(rows, known)
        if number >= HEADER_WITHIN:
            break
    raise BadFileError(path, _("the first sheet has no header row. Put the table on the first sheet, from its top."))


def _rows(rows: Iterator[tuple[int, Sequence[object]]], known: dict[str, int]) -> Iterator[Raw]:
    for number, cells in rows:
        found = {name: cells[at] for name, at in known.items() if at < len(cells)}
        if any(str(cell).strip() for cell in found.values() if cell is not None):
            yield Raw(number, found)


def _check_size(path: Path) -> None:
    try:
        with complaints(path), zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise _damaged(path) from None
    shared = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    # What a part says of its size binds the reader: zipfile stops there, whatever lies packed.
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED or shared > SHARED_TEXTS:
        raise BadFileError(path, _("the workbook unpacks to more than we read. Export the table as CSV UTF-8."))


def _values(path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    """(row number, values) of the first sheet, in a read-only pass."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            sheet = book.worksheets[0]
            # The size that a sheet claims is often wrong, and would cut rows off.
            sheet.reset_dimensions()
            yield from enumerate(sheet.iter_rows(max_col=WIDEST, values_only=True), 1)
    except Exception as error:  # openpyxl meets a broken part with whatever its parser raises
        raise _damaged(path) from error


def _damaged(path: Path) -> BadFileError:
    return BadFileError(path, _("this is no sound Excel workbook. Open it in Excel and save it as .xlsx again."))
