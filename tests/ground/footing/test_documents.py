"""Documents: tagged PDF from data that is never read as markup."""

from __future__ import annotations

import hashlib
import lzma
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from madang.ground.footing import documents

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
TEMPLATE = """#import "madang.typ": *
#show: madang-document.with(place: "수원시", foot: data.foot)
== 합의
#data.body
#callout[#data.body]
#facts(((number: "1,204", label: "참여"), (number: "48", label: "진술")))
#rows-table(("진술", "찬성"), data.rows)
#share-bar(0.6, 0.1, 0.3, alt: "찬성 60%")
#share-bar(0, 0, 0, alt: "아직 없음")
"""


def make(folder: Path, template: str = TEMPLATE, **data: object) -> bytes:
    path = folder / "template.typ"
    path.write_text(template, encoding="utf-8")
    given = {"body": "주민이 쓴 글", "rows": [["밤길이 어둡다", "60%"]], "foot": "마당", **data}
    return documents.pdf(template=path, data=given, title="숙의 보고서", language="ko", at=AT)


def test_a_document_is_tagged_and_says_its_title_and_language(tmp_path: Path) -> None:
    content = make(tmp_path)
    assert content.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in content and b"/StructTreeRoot" in content
    assert re.search(rb"/Lang\s*\(ko", content)
    assert re.search(rb"pdfuaid:part>1<", content)


def test_the_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    assert make(tmp_path) == make(tmp_path)
    assert make(tmp_path) != make(tmp_path, body="다른 글")


def test_what_people_wrote_is_never_markup(tmp_path: Path) -> None:
    hostile = '#panic("x") *굵게* $x$ @a <b> #read("/etc/passwd") \\ \ud800'
    assert make(tmp_path, body=hostile).startswith(b"%PDF")


def test_signs_without_a_glyph_do_not_cost_the_document(tmp_path: Path) -> None:
    for text in ("좋아요 😀👨‍👩‍👧", "搞哪卡絕她值歧", "ไทย العربية \u200d\ufeff\x07"):
        assert make(tmp_path, body=text).startswith(b"%PDF"), text


def test_a_template_sees_no_file_and_fetches_nothing(tmp_path: Path) -> None:
    (tmp_path / "beside.txt").write_text("secret")
    for line in ('#read("/etc/passwd")', '#read("beside.txt")', '#import "@preview/cetz:0.3.0"'):
        with pytest.raises(documents.DocumentError):
            make(tmp_path, TEMPLATE + line)


def test_a_picture_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(documents.DocumentError, match="alt"):
        make(tmp_path, TEMPLATE + '#figure(rect(), kind: "bar", supplement: none)')


def test_more_than_a_document_holds_is_told(tmp_path: Path) -> None:
    with pytest.raises(documents.TooLongError):
        make(tmp_path, body="가" * documents.BYTES)


def test_the_answer_shows_it_under_its_name() -> None:
    answer = documents.response(b"%PDF", name='보고서 "17".pdf')
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="17.pdf"'


def test_the_fonts_are_those_of_the_package() -> None:
    folder = documents.HERE / "fonts"
    named = dict(re.findall(r"\| (\S+\.xz) \| (\w{64}) \|", (folder / "README.md").read_text()))
    packed = sorted(folder.glob("*.xz"))
    assert [one.name for one in packed] == sorted(named)
    for one in packed:
        assert hashlib.sha256(lzma.decompress(one.read_bytes())).hexdigest() == named[one.name]
