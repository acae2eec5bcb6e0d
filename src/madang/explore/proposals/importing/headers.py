"""Which column means what, in English and in the Korean of public offices' exports."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where two columns mean the same, the one named first here is read.
NAMES = {
    "id": "id 제안번호 청원번호 접수번호 글번호 게시물번호 관리번호 일련번호 번호 순번 연번 no",
    "title": "title subject 제목 제안제목 제안명 청원제목 글제목 게시물제목",
    "body": "body text content contents 내용 본문 제안내용 청원내용 글내용 상세내용",
    "date": "date created_at created 작성일 작성일시 작성일자 등록일 등록일시 등록일자 제안일 제안일자 접수일 접수일자 "
    "날짜 일자",
    "votes": "votes supports support_count likes 공감수 공감 추천수 추천 동의수 동의 지지수 찬성수 투표수 참여인원 "
    "좋아요",
    "author": "author author_name writer 작성자 작성자명 제안자 제안자명 청원인 글쓴이 닉네임",
    "place": "place place_code region 지역 지역코드 시군구 시군구코드 시군구명 행정구역 행정구역코드 자치구 지자체",
    "category": "category field 분야 분류 카테고리 유형",
    "department": "department office 담당부서 답변부서 소관부서 처리부서 부서 부서명",
    "opinion": "dept_opinion opinion answer 답변 답변내용 부서의견 검토의견 처리의견 처리결과",
    "answered": "answered_at answer_date 답변일 답변일시 답변일자 회신일 처리일 처리일자",
    "url": "url link source_url 원문 원문주소 링크 주소",
    "source": "source 출처",
}
NEEDED = ("id", "title", "body")
_SHOWN = 12


def _key(name: str) -> str:
    """A name without what exports vary: blanks, underscores, a unit in parentheses, capitals, decomposed letters."""
    name = unicodedata.normalize("NFC", name[:100]).replace("\ufeff", "")
    return re.sub(r"\([^()]*\)|[\s_\-·]", "", name).casefold()


_MEANING = {_key(alias): (name, rank) for name, aliases in NAMES.items() for rank, alias in enumerate(aliases.split())}


def meanings(header: Sequence[object]) -> dict[str, int]:
    """Our name of each column that we know, with its position.

    >>> meanings(["번호", "제목", "text", "Body", "공감수(건)", "비고"])
    {'id': 0, 'title': 1, 'body': 3, 'votes': 4}
    """
    best: dict[str, tuple[int, int]] = {}
    for position, cell in enumerate(header):
        name, rank = _MEANING.get(_key(str(cell)), ("", 0)) if cell is not None else ("", 0)
        if name and (name not in best or rank < best[name][0]):
            best[name] = (rank, position)
    return {name: position for name, (_rank, position) in best.items()}


def complaint(header: Sequence[object], found: dict[str, int]) -> str:
    """What to say where a needed column is missing; empty where none is."""
    missing = [name for name in NEEDED if name not in found]
    if not missing:
        return ""
    has = [" ".join(str(cell).split())[:30] for cell in header if str(cell or "").strip()]
    return _(
        "the column %(missing)s is missing. Found: %(found)s. Needed: %(needed)s. Name the columns of the first row so."
    ) % {
        "missing": ", ".join(_label(name) for name in missing),
        "found": (", ".join(has[:_SHOWN]) + (" …" if len(has) > _SHOWN else "")) or "—",
        "needed": ", ".join(_label(name) for name in NEEDED),
    }


def _label(name: str) -> str:
    return f"{name} ({'·'.join(alias for alias in NAMES[name].split() if not alias.isascii() and len(alias) == 2)})"
