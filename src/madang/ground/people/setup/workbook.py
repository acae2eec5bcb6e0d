"""The template, and reading a workbook that somebody sent: bounded, without formulas, every cell as text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from madang.ground.people.setup.columns import SHEETS, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_ROWS = 20_000
LONGEST = 4000


class BadWorkbookError(ValueError):
    """A file that is no workbook of ours at all; `message` is a msgid with `params`."""

    def __init__(self, message: str, **params: object) -> None:
        self.message, self.params = message, params
        super().__init__(message % params)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, and how to mend it: a msgid with params. column: keys with commas, or ""."""

    sheet: str
    row: int
    column: str
    message: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass
class Line:
    """One row of a sheet as texts by column."""

    sheet: Sheet
    number: int
    values: dict[str, str]

    def problem(self, column: str, message: str, **params: object) -> Problem:
        return Problem(self.sheet.key, self.number, column, message, params)


def template(*, korean: bool) -> bytes:
    """An empty workbook with headers, hints and one sheet for each kind of row."""
    book = Workbook()
    book.remove(book[book.sheetnames[0]])
    for sheet in SHEETS:
        page = book.create_sheet(sheet.ko if korean else sheet.en)
        page.freeze_panes = "A3"
        for index, column in enumerate(sheet.columns, 1):
            head = page.cell(1, index, (column.ko if korean else column.en) + ("*" if column.needed else ""))
            head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E7F4FE")
            hint = page.cell(2, index, column.hint_ko if korean else column.hint_en)
            hint.font, hint.alignment = Font(italic=True, color="58616A"), Alignment(wrap_text=True)
            page.column_dimensions[get_column_letter(index)].width = 24
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content: bytes) -> tuple[dict[str, list[Line]], list[Problem]]:
    """The rows of each sheet, and what is wrong with cells already. Raises BadWorkbookError."""
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        raise BadWorkbookError(
            _("This is no Excel workbook (.xlsx). Save it anew as .xlsx from the template.")
        ) from error
    found, problems = {}, []
    for sheet in SHEETS:
        page = next((book[name] for name in book.sheetnames if _same(name, sheet)), None)
        lines, wrong = ([], []) if page is None else _lines(sheet, page, book)
        found[sheet.key] = lines
        problems += wrong
    if not any(found.values()) and not problems:
        raise BadWorkbookError(_("The workbook has no rows. Fill in the three sheets of the template."))
    return found, problems


def _check_archive(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise BadWorkbookError(_("The file is larger than %(mb)s MB. Divide it into several."), mb=MOST_BYTES >> 20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
    except zipfile.BadZipFile as error:
        raise BadWorkbookError(
            _("This is no Excel workbook (.xlsx). Save it anew as .xlsx from the template.")
        ) from error
    if unpacked > MOST_UNPACKED:
        raise BadWorkbookError(
            _("The file unpacks to more than %(mb)s MB. Divide it into several."), mb=MOST_UNPACKED >> 20
        )


def _same(name: str, sheet: Sheet) -> bool:
    return name.strip().lower() in {sheet.ko, sheet.en, sheet.key}


def _lines(sheet: Sheet, page: Any, book: Any) -> tuple[list[Line], list[Problem]]:
    """The rows under the header; the row of hints and empty rows are passed over."""
    lines: list[Line] = []
    problems = [
        Problem(sheet.key, row, "", _("Cells are merged here. Unmerge them, and write the value in each row."))
        for row in _merged_rows(page, book)
    ]
    page.reset_dimensions()
    rows = page.iter_rows(max_row=MOST_ROWS + 3, max_col=30)
    columns = _header(sheet, next(rows, ()))
    missing = [one.key for one in sheet.columns if one.needed and one.key not in columns.values()]
    if missing:
        wrong = Problem(sheet.key, 1, ", ".join(missing), _("This column is missing. Start from the template."))
        return [], [*problems, wrong]
    hints = {_text(one.hint_ko) for one in sheet.columns} | {_text(one.hint_en) for one in sheet.columns}
    for number, cells in enumerate(rows, 2):
        values, wrong_cells = _values(sheet, number, columns, cells)
        filled = {key: value for key, value in values.items() if value}
        if not filled or (number == 2 and set(filled.values()) <= hints):
            continue
        if len(lines) >= MOST_ROWS:
            raise BadWorkbookError(
                _("A sheet has more than %(n)s rows. Divide the file into several."), n=f"{MOST_ROWS:,}"
            )
        problems += wrong_cells
        lines.append(Line(sheet, number, values))
    return lines, problems


def _header(sheet: Sheet, cells: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for index, cell in enumerate(cells):
        column = sheet.named(str(cell.value or ""))
        if column and column.key not in found.values():
            found[index] = column.key
    return found


def _values(sheet: Sheet, number: int, columns: dict[int, str], cells: Any) -> tuple[dict[str, str], list[Problem]]:
    line = Line(sheet, number, {})
    wrong = []
    for index, key in columns.items():
        cell = cells[index] if index < len(cells) else None
        value = getattr(cell, "value", None)
        if getattr(cell, "data_type", "") == "f" or (isinstance(value, str) and value.startswith("=")):
            wrong.append(line.problem(key, _("A formula stands here. Copy the column and paste it as values.")))
            value = None
        line.values[key] = _text(value)
        if len(line.values[key]) > LONGEST:
            wrong.append(line.problem(key, _("The text is longer than %(n)s letters. Shorten it."), n=LONGEST))
    return line.values, wrong


def _text(value: Any) -> str:
    """A cell as its writer sees it: whole numbers without a point, days as 2027-12-31, no control characters."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", str(value)).strip()


def _merged_rows(page: Any, book: Any) -> Iterator[int]:
    """The first rows of merged cells, which a reader of rows would silently take for empty ones."""
    path = getattr(page, "_worksheet_path", None)
    if path is None:
        return
    with book._archive.open(path) as stream:  # noqa: SLF001 - openpyxl tells of merged cells only to those who load all
        text = stream.read(MOST_UNPACKED)
    for match in re.finditer(rb'<mergeCell[^>]*ref="[A-Z]+(\d+):', text):
        yield int(match.group(1))
