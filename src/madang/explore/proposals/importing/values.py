"""Single cells: texts, dates, numbers, fields and addresses as exports write them."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from madang.engines.texts.normalise import clean
from madang.explore.proposals.importing.problems import BROKEN, RowError
from madang.ground.agenda.models import Field

MOST = 2_147_483_647
EARLIEST = 1900
LONGEST_DATE = 60
_DATE = re.compile(
    r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[일.]?\s*(?:\([월화수목금토일]\))?"
    r"(?:[T\s]*(오전|오후|AM|PM)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(AM|PM)?)?",
    re.IGNORECASE,
)
# Words that open data use for what belongs to one of the five fields. What stands in none is left without a field.
FIELDS = {
    Field.FAIR_ECONOMY: "유통·공정가격 공정경제 경제민주화 소상공인 전통시장 유통 물가",
    Field.LIVING_CULTURE: "생활문화·공간 문화 문화/예술/체육/언론 문화·관광 문화관광 문화예술 공원 체육 생활문화",
    Field.JOBS: "일자리 일자리·취업 고용 취업 창업 노동",
    Field.HOUSING_SAFETY: "주거·안전 주거 주택 주택·도시 교통/건축/국토 안전/환경 안전 재난·안전 도시안전",
    Field.ENGAGEMENT: "참여·공공서비스혁신 참여 시민참여 행정 공공서비스 민원 자치행정",
}
_FIELDS = {
    re.sub(r"\s", "", word).casefold(): str(field.value)
    for field, words in FIELDS.items()
    for word in (field.value, *words.split())
}


def text_of(value: object) -> str:
    """A cell as text: 41110.0 from a spreadsheet is 41110. Raises RowError for lists, objects and broken letters."""
    if value is None:
        return ""
    if isinstance(value, str):
        if BROKEN.search(value):
            raise RowError(_("A letter is broken (half a surrogate pair). Export the row again as UTF-8."))
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool | int | float | date):
        return str(value)
    raise RowError(_("A cell holds something other than a text, a number or a date."))


def moment_of(value: object) -> datetime | None:
    """The time a cell means, in the site's time zone where it names none; None where it is empty. Raises RowError."""
    found = value if isinstance(value, date) else _moment(clean(text_of(value)))
    if found is None:
        return None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - made aware below
    if found.year < EARLIEST:
        raise RowError(_("The date %(date)s is not believable. Write it as 2026-03-31.") % {"date": found.date()})
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    if len(text) > LONGEST_DATE:
        raise _no_date(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _written(text)
    except ValueError:
        raise _no_date(text) from None


def _no_date(text: str) -> RowError:
    return RowError(_("“%(text)s” is no date. Write it as 2026-03-31.") % {"text": text[:40]})


def _written(text: str) -> datetime:
    """A date as people write it. Raises ValueError."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, before, hour, minute, second, after = found.groups()
    hours = int(hour or 0)
    half = (before or after or "").upper()
    if half and not 1 <= hours <= 12:
        raise ValueError(text)
    if half:
        hours = hours % 12 + (12 if half in ("오후", "PM") else 0)
    return datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001


def count_of(value: object) -> int:
    """A whole number of supports: 1,234 and 1,234명 too; 0 where the cell is empty. Raises RowError."""
    text = re.sub(r"[\s,명표건개회]", "", text_of(value))
    if not text:
        return 0
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number.is_integer() or not 0 <= number <= MOST:
        raise RowError(_("“%(text)s” is no number of supports. Write a whole number from 0.") % {"text": text[:40]})
    return int(number)


def field_of(value: object) -> str:
    """One of the five fields of the agenda, or none."""
    return _FIELDS.get(re.sub(r"\s", "", text_of(value)).casefold(), "")


def address_of(value: object) -> str:
    """A web address that is safe to link to; anything else is left out."""
    text = text_of(value).strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    sound = parts.scheme in ("http", "https") and parts.hostname and len(text) <= 500
    return text if sound and not re.search(r"[\s\"'<>\\]", text) else ""
