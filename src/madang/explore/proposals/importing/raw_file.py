"""The file itself: there or not, packed or not, its format, its encoding, its lines."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import re
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from django.utils.translation import gettext as _

from madang.explore.proposals.importing.problems import BadFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDINGS = {"csv": (".csv", ".tsv", ".txt"), "jsonl": (".jsonl", ".ndjson"), "xlsx": (".xlsx", ".xlsm")}
SUFFIXES = {suffix: name for name, suffixes in ENDINGS.items() for suffix in suffixes}
# No voice is this long; a longer line is cut here, and its row refused, so that no line fills the memory.
LONGEST_LINE = 2_000_000
_HANGUL = re.compile("[가-힣]")
_SAMPLE = 4_000_000
_ENOUGH = 200
_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@contextlib.contextmanager
def complaints(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into a line that names it and the mend."""
    try:
        yield
    except FileNotFoundError:
        raise BadFileError(path, _("there is no such file. Check the path.")) from None
    except IsADirectoryError:
        raise BadFileError(path, _("this is a folder. Name a file in it.")) from None
    except PermissionError:
        raise BadFileError(path, _("this file may not be read. Change its permissions.")) from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadFileError(
            path,
            _("the compressed file is damaged or cut short. Pack it anew; the rows before the damage stay loaded."),
        ) from None


def _head(path: Path) -> bytes:
    with complaints(path), path.open("rb") as stream:
        return stream.read(4)


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    with complaints(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stem(name: str) -> str:
    """A file's name without its endings.

    >>> stem("seoul.2026.jsonl.gz")
    'seoul.2026'
    """
    return name.removesuffix(".gz").rsplit(".", 1)[0]


def format_of(path: Path, said: str | None = None) -> str:
    """csv, jsonl or xlsx: as said, else by the name, else by the first bytes. Raises BadFileError."""
    head = _head(path)
    if not head:
        raise BadFileError(path, _("the file is empty. Export it again, with its header row."))
    if head == _OLE:
        raise BadFileError(path, _("this is an old Excel file (.xls), or one with a password. Save it as .xlsx."))
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    found = said or SUFFIXES.get(suffix) or _guess(path, head)
    if (found == "xlsx") != (head == _ZIP):
        raise BadFileError(path, _("this is not %(format)s inside. Give the right --format.") % {"format": found})
    return found


def _guess(path: Path, head: bytes) -> str:
    if head == _ZIP:
        return "xlsx"
    with complaints(path), opened(path) as stream:
        return "jsonl" if stream.read(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) else "csv"


def opened(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked where they are gzip."""
    if _head(path)[:2] == _GZIP:
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def encoding_of(path: Path) -> str:
    """utf-8 or cp949 (which holds EUC-KR), whichever reads more of the lines that are not plain ASCII.

    A few broken lines do not sway it. Raises BadFileError for UTF-16, which Excel calls "Unicode text".
    """
    utf8 = cp949 = size = 0
    with complaints(path), opened(path) as stream:
        while size < _SAMPLE and utf8 + cp949 < _ENOUGH and (line := stream.readline(LONGEST_LINE)):
            if not size and line.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise BadFileError(path, _("this is UTF-16 (“Unicode text”). Save it as “CSV UTF-8”."))
            size += len(line)
            if not line.isascii():
                good = _reads(line, "utf-8")
                utf8 += good
                cp949 += not good and _reads(line, "cp949")
    return "cp949" if cp949 > utf8 else "utf-8"


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines with their ends. A byte that cannot be decoded comes as half a surrogate (see problems.BROKEN)."""
    with complaints(path), opened(path) as stream:
        first = True
        while raw := stream.readline(LONGEST_LINE):
            whole = raw
            while len(whole) == LONGEST_LINE and not whole.endswith(b"\n") and (whole := stream.readline(LONGEST_LINE)):
                pass  # the rest of a line too long to be kept
            yield _decoded(raw, encoding).removeprefix("\ufeff" if first else "")
            first = False


def _decoded(raw: bytes, encoding: str) -> str:
    # CP949 makes letters of nearly any bytes; Korean written in UTF-8 would pass as Chinese.
    if encoding == "cp949" and not raw.isascii() and _reads(raw, "utf-8") and _HANGUL.search(raw.decode()):
        encoding = "ascii"
    return raw.decode(encoding, "surrogateescape")
