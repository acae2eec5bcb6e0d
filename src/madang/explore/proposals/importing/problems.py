"""What can be wrong with a file as a whole, and with one row of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Half of a surrogate pair: a byte that could not be decoded, or a careless escape in JSON. No database stores it.
BROKEN = re.compile("[\ud800-\udfff]")


class BadFileError(Exception):
    """A file that cannot be imported: one line that names the file, the line where there is one, and the mend."""

    def __init__(self, path: Path, what: str, *, line: int | None = None) -> None:
        where = _("%(file)s, line %(line)s") % {"file": path, "line": line} if line else str(path)
        super().__init__(f"{where}: {what}")


class RowError(Exception):
    """A row that cannot be loaded; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One row as it stands in the file: its line from 1 and its cells by our names, or what is wrong."""

    line: int
    cells: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""
    excerpt: str = ""


def readable(text: str) -> str:
    """The text with a mark in the place of every byte that could not be decoded."""
    return BROKEN.sub("\ufffd", text)
