"""The sheets of the workbook and their columns, named in Korean and English; either is understood."""

from __future__ import annotations

from dataclasses import dataclass

from madang.ground.people.models import Role
from madang.ground.places.models import Office


@dataclass(frozen=True)
class Column:
    """key: its name in the program; ko, en: headers; hint: what stands under the header in the template."""

    key: str
    ko: str
    en: str
    hint_ko: str
    hint_en: str
    needed: bool = False


@dataclass(frozen=True)
class Sheet:
    key: str
    ko: str
    en: str
    columns: tuple[Column, ...]

    def named(self, header: str) -> Column | None:
        """The column with this header, in either language."""
        wanted = _plain(header)
        return next((one for one in self.columns if wanted in {_plain(one.ko), _plain(one.en), one.key}), None)


def _plain(text: str) -> str:
    return "".join(text.lower().replace("*", "").split())


PLACES = Sheet(
    "places", "지역", "places",
    (
        Column("code", "행정구역 코드", "code", "예: 41, 41110", "such as 41 or 41110", needed=True),
        Column("name_ko", "국문 명칭", "name in Korean", "예: 수원시", "such as 수원시", needed=True),
        Column("name_en", "영문 명칭", "name in English", "예: Suwon-si", "such as Suwon-si", needed=True),
        Column("parent", "상위 코드", "parent code", "시·도는 비워 둠", "empty for a province"),
    ),
)  # fmt: skip
OFFICES = Sheet(
    "offices", "부서", "offices",
    (
        Column("place", "지역 코드", "place code", "예: 41110", "such as 41110", needed=True),
        Column("key", "부서 식별자", "office key", "영문 소문자·숫자·붙임표", "letters, digits, hyphens", needed=True),
        Column("kind", "구분", "kind", "담당관, 국, 과, 부서", "officer, bureau, division, department", needed=True),
        Column("name_ko", "부서명", "name in Korean", "예: 교통정책과", "such as 교통정책과", needed=True),
        Column("name_en", "영문 부서명", "name in English", "", ""),
        Column("parent", "상위 부서 식별자", "parent office key", "같은 지역의 부서", "an office of the same place"),
        Column("innovation", "사회혁신담당관", "innovation officer", "예 또는 비움", "yes or empty"),
        Column("mandate", "분장사무", "mandate", "한 줄에 한 문장", "one sentence a line"),
    ),
)  # fmt: skip
PEOPLE = Sheet(
    "people", "사람", "people",
    (
        Column("email", "이메일", "e-mail", "초대 메일을 받을 주소", "where the invitation goes", needed=True),
        Column("name", "이름", "name", "초대 메일에 적을 이름", "how the letter addresses the person"),
        Column("role", "역할", "role", "관리자, 담당관, 부서 담당자 …", "administrator, officer, staff", needed=True),
        Column("place", "지역 코드", "place code", "예: 41110", "such as 41110"),
        Column("office", "부서 식별자", "office key", "부서 담당자는 필수", "needed for staff"),
        Column("until", "종료일", "until", "예: 2027-12-31", "such as 2027-12-31"),
        Column("language", "언어", "language", "ko 또는 en", "ko or en"),
    ),
)  # fmt: skip
SHEETS = (PLACES, OFFICES, PEOPLE)


def headers(sheet: str, keys: str, *, korean: bool) -> tuple[str, str]:
    """The names of a sheet and of its columns (keys with commas between), as the reader's template has them."""
    found = next(one for one in SHEETS if one.key == sheet)
    wanted = keys.split(", ")
    names = [one.ko if korean else one.en for one in found.columns if one.key in wanted]
    return found.ko if korean else found.en, ", ".join(names)


KINDS = {
    "담당관": Office.Kind.OFFICER, "국": Office.Kind.BUREAU, "실": Office.Kind.BUREAU, "과": Office.Kind.DIVISION,
    "부서": Office.Kind.DEPARTMENT, "팀": Office.Kind.DEPARTMENT, **{kind.value: kind for kind in Office.Kind},
}  # fmt: skip
ROLES = {
    "관리자": Role.Kind.MUNICIPAL_ADMIN, "지역관리자": Role.Kind.MUNICIPAL_ADMIN,
    "administrator": Role.Kind.MUNICIPAL_ADMIN,
    "사회혁신담당관": Role.Kind.OFFICER, "담당관": Role.Kind.OFFICER, "officer": Role.Kind.OFFICER,
    "부서담당자": Role.Kind.STAFF, "담당자": Role.Kind.STAFF, "staff": Role.Kind.STAFF,
    "전문가": Role.Kind.EXPERT, "expert": Role.Kind.EXPERT,
    "평가자": Role.Kind.EVALUATOR, "evaluator": Role.Kind.EVALUATOR,
    "플랫폼관리자": Role.Kind.PLATFORM_ADMIN, "platformadministrator": Role.Kind.PLATFORM_ADMIN,
    "platform_admin": Role.Kind.PLATFORM_ADMIN, "municipal_admin": Role.Kind.MUNICIPAL_ADMIN,
}  # fmt: skip
YES = {"예", "y", "yes", "true", "1", "o", "○"}
