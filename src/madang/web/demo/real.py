"""The demo with real voices that lie beside the project, loaded by the public importer as any office would do it."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from typing import TYPE_CHECKING

from madang.explore.proposals.models import Proposal, Theme
from madang.explore.proposals.operations.importing import import_proposals
from madang.explore.proposals.operations.promotion import promote
from madang.explore.proposals.queries.theme_stats import current_run
from madang.ground.agenda.models import Field
from madang.ground.participation.search import index
from madang.ground.places.operations import import_boundaries
from madang.plan.routing import operations as routing
from madang.web.demo import budgets, deliberations, loader, people
from madang.web.demo.source import rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from madang.explore.proposals.operations.importing import Imported
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

    Say = Callable[[str], None]

# (file, place, what it stands for)
VOICES = (
    ("seoul_proposals.jsonl.gz", "11", "proposals to Seoul 2010–2019 with the answers of its departments"),
    ("national_petitions.jsonl.gz", "41", "national petitions 2017–2019, which stand in here for a province's own"),
)
OFFICERS = {"11": "of-seoul", "41": "of-gg"}
PROMOTED = 3
EVERY = 5.0
# A shorter title ("I propose this") tells nothing of a theme.
SHORTEST = 10
# A theme of a tenth of all voices is a heap, and a label of Latin letters or numbers says nothing to a reader.
LARGEST, NAMED_BY = 0.1, 3
# Words of a label that tell one of the five fields, for voices whose file names none.
HINTS = {
    Field.JOBS: "일자리 취업 채용 고용 근로 임금 노동 공무원 시험 창업 청년",
    Field.FAIR_ECONOMY: "가격 시장 상인 소상공인 유통 요금 코인 가상화폐 거래 세금 카드 택시",
    Field.LIVING_CULTURE: "문화 공연 축제 도서관 공원 한강 체육 관광 박물관 쓰레기 분리수거 재활용 반려견",
    Field.HOUSING_SAFETY: "주택 아파트 임대 재건축 안전 화재 교통 버스 지하철 도로 횡단보도 주차 미세먼지 소음 흡연 "
    "담배 자전거",
    Field.ENGAGEMENT: "시민 참여 행정 민원 학교 교육 복지 봉사 대학 홈페이지",
}


def load(*, folder: Path, places: dict[str, Place], offices: dict[str, Office], now: datetime, say: Say) -> None:
    """Fill an empty database with the real voices in `folder`, then live the first steps of an agenda with them."""
    _boundaries(folder, say)
    for name, code, what in VOICES:
        done = import_proposals(path=folder / "voices" / name, place=places[code], now=now, progress=Paced(say, name))
        say(f"{places[code].name_en}: {done.loaded:,} voices loaded, {done.rejected:,} refused ({what})")
    characters = people.load_characters(rows=rows("people"), offices=offices, places=places, now=now)
    say(f"{len(characters)} people with roles")
    _index(say)
    loader.compute(now=now, say=say, places=places)
    budgets.load_real(folder=folder, place=places["41"], now=now, say=say)
    deliberations.load_real(folder=folder, place=places["41"], now=now, say=say)
    for code, key in OFFICERS.items():
        _take_up(places[code], characters[key], now, say)


class Paced:
    """Says how an import goes on, every few seconds."""

    def __init__(self, say: Say, name: str) -> None:
        self._say, self._name, self._last = say, name, time.monotonic()

    def __call__(self, done: Imported) -> None:
        if time.monotonic() - self._last >= EVERY:
            self._say(f"{self._name}: {done.rows:,} rows")
            self._last = time.monotonic()


def _boundaries(folder: Path, say: Say) -> None:
    kept = 0
    for path in sorted((folder / "regions").glob("*.geojson")):
        kept += import_boundaries(collection=json.loads(path.read_text(encoding="utf-8")))[0]
    say(f"{kept} boundaries")


def _index(say: Say) -> None:
    """Read every text with the language model, on all processors: the long part, so it says how far it is."""
    total, last = index.waiting(), [time.monotonic()]
    say(f"reading {total:,} texts with the language model on {os.cpu_count() or 1} processors")

    def progress(done: int) -> None:
        if time.monotonic() - last[0] >= EVERY:
            say(f"{done:,} of {total:,} texts read")
            last[0] = time.monotonic()

    index.index_waiting(processes=os.cpu_count() or 1, progress=progress)
    say(f"{index.recount_terms():,} words counted")


def _take_up(place: Place, officer: User, now: datetime, say: Say) -> None:
    """Make agenda items of the place's largest readable themes, and ask the suggester for an owner of each."""
    for theme in readable(place)[:PROMOTED]:
        item = _promote(theme, place, officer, now)
        suggestion = routing.suggest_owner(item=item, now=now)
        owner = suggestion.office.name_ko if suggestion.office else "—"
        say(f"{place.name_en}: “{item.title}”, {theme.size:,} voices; owner suggested: {owner} ({suggestion.verdict})")


def readable(place: Place) -> list[Theme]:
    """Themes that an officer could take up, the largest first.

    Three Korean words to name them, in one of the five fields, and not too broad a heap.
    """
    run = current_run(place)
    if run is None:
        return []
    largest = max(run.voices * LARGEST, 30)
    themes = run.themes.filter(size__lte=largest).order_by("-size", "pk")
    return [theme for theme in themes if len(_words(theme)) >= NAMED_BY and field_of(theme)]


def _words(theme: Theme) -> list[str]:
    """The words of a label with two letters or more, all Hangul, none part of one before."""
    found: list[str] = []
    for word in theme.label:
        korean = len(word) >= 2 and all("가" <= ch <= "힣" or ch == " " for ch in word)
        if korean and not any(word in other or other in word for other in found):
            found.append(word)
    return found


def _promote(theme: Theme, place: Place, officer: User, now: datetime) -> AgendaItem:
    members = Proposal.objects.filter(theme_memberships__theme=theme, status__in=Proposal.VISIBLE)
    times = members.order_by("created_at").values_list("created_at", flat=True)
    first, last = times[0].year, times.reverse()[0].year
    titles = members.order_by("theme_memberships__rank").values_list("title", flat=True)[:20]
    typical = [title for title in titles if len(title) >= SHORTEST][:3]
    summary = (
        f"{first}년부터 {last}년까지 접수된 시민의 목소리 {theme.size:,}건이 같은 주제로 모였습니다. "
        f"대표적인 제안은 다음과 같습니다: {', '.join(f'「{title}」' for title in typical)}."
    )
    return promote(
        title=" · ".join(_words(theme)[:NAMED_BY])[:120], summary=summary, field=field_of(theme), by=officer, now=now,
        theme=theme, place=place, reason=f"같은 문제를 말한 시민이 많아 의제로 채택합니다. (목소리 {theme.size:,}건)",
    ).item  # fmt: skip


def field_of(theme: Theme) -> str:
    """The field that a third of a theme's voices name, else the one that its label hints at, else none."""
    named = Counter(field for field in theme.members.values_list("proposal__field", flat=True) if field)
    if named and named.most_common(1)[0][1] * 3 >= theme.size:
        return named.most_common(1)[0][0]
    hints = Counter({field.value: sum(word in hint.split() for word in theme.label) for field, hint in HINTS.items()})
    best, hits = hints.most_common(1)[0]
    return str(best) if hits else ""
