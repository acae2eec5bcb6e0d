"""Documents to print and to send on: PDF from a Typst template and plain data, tagged so that it can be read aloud.

    content = documents.pdf(
        template=Path(__file__).parent / "documents" / "report.typ", data={"groups": […]}, title=title, language="ko",
        at=now,
    )
    return documents.response(content, name="report-17.pdf")

A template begins with `#import "madang.typ": *`, which gives `data` and the parts that every document shares (the page,
facts, notes, bars: see madang.typ). What people wrote arrives as data and is never read as markup. Nothing is fetched:
the fonts lie in this package, and the template sees no file but these two.
"""

from __future__ import annotations

import json
import lzma
import re
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

HERE = Path(__file__).parent
# Beyond this a document is no document any more: give a table to download instead.
BYTES = 4_000_000
# PDF/UA-1: tagged, titled, with its language and a text beside every picture. Typst refuses what breaks it.
STANDARD: Literal["ua-1"] = "ua-1"
# What a refusal says of a sign without a glyph, and what stands in its place.
LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
SQUARE = "□"
CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10)}
ROUNDS = 3
# Each compilation is CPU of this process: two at a time leave room for pages.
_turns = threading.BoundedSemaphore(2)


class DocumentError(RuntimeError):
    """A document that cannot be made; says why."""


class TooLongError(DocumentError):
    """More data than a document holds; what to do is in the message."""


def pdf(*, template: Path, data: Mapping[str, Any], title: str, language: str, at: datetime) -> bytes:
    """The PDF (PDF/UA-1) of a template. The same data and time give the same bytes.

    data: plain JSON, as `data` in the template, with title, language and at (ISO 8601) added. at: aware; the document's
    date. Raises TooLongError beyond 4 MB of data, DocumentError where the template is wrong.
    """
    told = {"title": title, "language": language, "at": at.isoformat(timespec="minutes"), **data}
    # Half a surrogate pair (from a careless import) becomes a question mark.
    text = json.dumps(_printable(told), ensure_ascii=False).encode("utf-8", "replace").decode()
    if len(text) > BYTES:
        raise TooLongError(_("This is too much for one document. Download the table instead."))
    files = {"main.typ": template.read_bytes(), "madang.typ": (HERE / "madang.typ").read_bytes()}
    return _made(files, text, int(at.timestamp()))


def response(content: bytes, *, name: str) -> HttpResponse:
    """An answer with the document, shown in the browser under this file name."""
    stem = slugify(name.removesuffix(".pdf"), allow_unicode=False) or "document"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{stem}.pdf"', "X-Content-Type-Options": "nosniff"},
    )


def _made(files: dict[str, bytes], text: str, timestamp: int) -> bytes:
    """The document; signs that its font lacks become an empty square, and a note below says so.

    PDF/UA admits no sign without a glyph: an emoji in somebody's sentence must not cost a council its report.
    """
    for _turn in range(ROUNDS):
        try:
            return _compile(files, text, timestamp)
        except DocumentError as error:
            lacking = _lacking(str(error))
            if not lacking:
                raise
            for sign in lacking:
                text = text.replace(sign, SQUARE)
            told = json.loads(text)
            told["lacking"] = _("%(square)s stands for a sign that this document’s font lacks; the page shows it.") % {
                "square": SQUARE
            }
            text = json.dumps(told, ensure_ascii=False)
    return _compile(files, text, timestamp)


def _printable(value: Any) -> Any:
    """The same without control characters, which no font draws."""
    if isinstance(value, str):
        return value.translate(CONTROLS)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value


def _lacking(told: str) -> list[str]:
    """The signs that a refusal names, the longest first (an emoji may be several)."""
    found = {re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), one) for one in LACKING.findall(told)}
    return sorted(found - {SQUARE, ""}, key=len, reverse=True)


def _compile(files: dict[str, bytes], text: str, timestamp: int) -> bytes:
    import typst

    with _turns:
        compiler = typst.Compiler(
            cast("Any", files), root=str(_empty()), font_paths=_fonts(), ignore_system_fonts=True,
            sys_inputs={"data": text}, package_path=str(_empty()), package_cache_path=str(_empty()),
        )  # fmt: skip
        try:
            made = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=timestamp)
        except typst.TypstError as error:
            raise DocumentError(f"{error.message} {error.diagnostic} {' '.join(error.hints)}") from None
    return cast("bytes", made)


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The fonts, unpacked once in a process (7.5 MB, a third of a second) into a folder of its own."""
    import typst

    folder = Path(_kept().name) / "fonts"
    folder.mkdir(exist_ok=True)
    for packed in sorted((HERE / "fonts").glob("*.otf.xz")):
        (folder / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


@lru_cache(maxsize=1)
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="madang-documents-")


@lru_cache(maxsize=1)
def _empty() -> Path:
    """A folder with nothing in it: all that a template may see of the disk."""
    folder = Path(_kept().name) / "empty"
    folder.mkdir(exist_ok=True)
    return folder
