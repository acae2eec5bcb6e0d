"""Equal tiles for the municipalities of Gyeonggi and Seoul, in their rough geographic positions.

Equal area says what a map of borders hides: every municipality is one government, however small. Positions keep
neighbors together (53 of 65 true borders in Gyeonggi and 49 of 53 in Seoul stay side by side or corner to corner)
and follow longitude and latitude in rank; `tests/web/test_tilemap.py` measures both against the real borders.
"""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Municipal codes row by row; "-" is an empty cell and "S" a quarter of the hole in which Seoul lies.
GYEONGGI = """
-     -     41800 -     -     -
-     41480 41250 41650 -     -
41570 41280 41630 41150 41820 -
-     S     S     41310 41360 -
41190 S     S     41450 41830 -
41210 41170 41290 41130 41610 41670
41390 41410 41430 41460 41500 -
41270 41590 41110 41370 41550 -
-     -     41220 -     -     -
"""
SEOUL = """
-     -     -     11320 -     -
11380 11410 11110 11305 11350 -
11500 11440 11140 11290 11230 11260
11470 11560 11170 11200 11215 11740
11530 11590 11650 11680 11710 -
11545 11620 -     -     -     -
"""
# Short names that fit a tile of 52 px; "|" marks where an English name may break.
_NAMES = """
41110 수원 Suwon;41130 성남 Seong|nam;41150 의정부 Uijeong|bu;41170 안양 Anyang;41190 부천 Bucheon
41210 광명 Gwang|myeong;41220 평택 Pyeong|taek;41250 동두천 Dongdu|cheon;41270 안산 Ansan;41280 고양 Goyang
41290 과천 Gwa|cheon;41310 구리 Guri;41360 남양주 Namyang|ju;41370 오산 Osan;41390 시흥 Siheung
41410 군포 Gunpo;41430 의왕 Uiwang;41450 하남 Hanam;41460 용인 Yongin;41480 파주 Paju
41500 이천 Icheon;41550 안성 Anseong;41570 김포 Gimpo;41590 화성 Hwa|seong;41610 광주 Gwangju
41630 양주 Yangju;41650 포천 Pocheon;41670 여주 Yeoju;41800 연천 Yeon|cheon;41820 가평 Ga|pyeong
41830 양평 Yang|pyeong;11110 종로 Jongno;11140 중구 Jung;11170 용산 Yongsan;11200 성동 Seong|dong
11215 광진 Gwangjin;11230 동대문 Dong|daemun;11260 중랑 Jung|nang;11290 성북 Seong|buk;11305 강북 Gang|buk
11320 도봉 Dobong;11350 노원 Nowon;11380 은평 Eun|pyeong;11410 서대문 Seo|daemun;11440 마포 Mapo
11470 양천 Yang|cheon;11500 강서 Gang|seo;11530 구로 Guro;11545 금천 Geum|cheon;11560 영등포 Yeong|deungpo
11590 동작 Dongjak;11620 관악 Gwanak;11650 서초 Seocho;11680 강남 Gang|nam;11710 송파 Songpa
11740 강동 Gang|dong
"""
SOFT_HYPHEN = "\u00ad"
STEPS = 5


@dataclass(frozen=True, slots=True)
class Position:
    """Where a municipality stands: 0-based column from the west and row from the north, and its short names."""

    code: str
    col: int
    row: int
    ko: str
    en: str


def _positions(drawing: str) -> dict[str, Position]:
    cells = (
        (code, col, row)
        for row, line in enumerate(drawing.strip().splitlines())
        for col, code in enumerate(line.split())
    )
    return {code: Position(code, col, row, *_SHORT[code]) for code, col, row in cells if code.isdigit()}


_SHORT: dict[str, tuple[str, str]] = {
    code: (ko, en.replace("|", SOFT_HYPHEN))
    for code, ko, en in (entry.split(" ") for line in _NAMES.split("\n") if line for entry in line.split(";"))
}
GRIDS: dict[str, dict[str, Position]] = {"41": _positions(GYEONGGI), "11": _positions(SEOUL)}


def position(code: str) -> Position | None:
    """The tile of a municipality (5-digit code), or None for a place that the map does not draw."""
    return GRIDS.get(code[:2], {}).get(code)


def breaks(values: Iterable[float]) -> list[float]:
    """Return the lower bounds of steps 1 to 4 (step 0 is zero): the quartiles of the positive values.

    Bounds are values that occur, ascending and distinct; with few distinct values there are fewer steps.
    """
    positive = sorted(value for value in values if value > 0)
    if not positive:
        return []
    at = (0, len(positive) // 4, len(positive) // 2, 3 * len(positive) // 4)
    return [key for key, _ in itertools.groupby(positive[index] for index in at)]


def step(value: float, bounds: Sequence[float]) -> int:
    """The step of a value, 0 (nothing) to 4 (most); the highest bound reached is always step 4 when there are four."""
    return 0 if value <= 0 else bisect.bisect_right(bounds, value)


def legend(bounds: Sequence[float], values: Iterable[float]) -> list[tuple[int, float, float]]:
    """(step, lowest, highest) for each step that some value has, from nothing to most."""
    seen: Mapping[int, list[float]] = {}
    for value in sorted(values):
        seen.setdefault(step(value, bounds), []).append(value)  # type: ignore[attr-defined]
    return [(number, group[0], group[-1]) for number, group in seen.items()]
