"""Rows of a file with one JSON object a line."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from madang.explore.proposals.importing import headers
from madang.explore.proposals.importing.csv_rows import undecodable
from madang.explore.proposals.importing.problems import BROKEN, BadFileError, Raw, readable
from madang.explore.proposals.importing.raw_file import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def read(path: Path, text: Iterable[str], encoding: str) -> tuple[dict[str, int], Iterator[Raw]]:
    """The columns of the first sound row, and the rows. Raises BadFileError where a needed one is missing."""
    rows = _rows(text, encoding)
    before: list[Raw] = []
    for raw in rows:
        before.append(raw)
        if not raw.problem:
            break
    if not before:
        raise BadFileError(path, _("the file is empty. Export it again."))
    head = list(before[-1].cells)
    known = headers.meanings(head)
    if before[-1].problem:
        raise BadFileError(path, _("no line is a JSON object. Write one {…} on each line."), line=before[0].line)
    if wrong := headers.complaint(head, known):
        raise BadFileError(path, wrong, line=before[-1].line)
    return known, map(_renamed, chain(before, rows))


def _renamed(raw: Raw) -> Raw:
    keys = list(raw.cells)
    cells = {name: raw.cells[keys[at]] for name, at in headers.meanings(keys).items()}
    return Raw(raw.line, cells, raw.problem, raw.excerpt)


def _rows(text: Iterable[str], encoding: str) -> Iterator[Raw]:
    for number, line in enumerate(text, 1):
        if line.strip():
            yield _row(number, line, encoding)


def _row(number: int, line: str, encoding: str) -> Raw:
    if BROKEN.search(line):
        return Raw(number, problem=undecodable(encoding), excerpt=readable(line[:400]))
    if len(line.encode(encoding, "replace")) >= LONGEST_LINE:
        return Raw(number, problem=_("The line is longer than any voice."), excerpt=line[:400])
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return Raw(number, problem=_("The line is not JSON. Write one object {…} on each line."), excerpt=line[:400])
    if not isinstance(found, dict):
        problem = _("The line is no JSON object. Write {…} with the columns’ names.")
        return Raw(number, problem=problem, excerpt=line[:400])
    return Raw(number, found)
