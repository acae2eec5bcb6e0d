"""The sample between governments: items pursued jointly, referrals and their answers, an item merged into another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations.promotion import promote
from madang.ground.agenda import operations as agenda
from madang.ground.agenda.models import AgendaItem

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

MACHINES = Q(title__contains="키오스크") | Q(title__contains="무인") | Q(body__contains="키오스크")


def load(
    *,
    items: dict[str, AgendaItem],
    places: dict[str, Place],
    offices: dict[str, Office],
    people: dict[str, User],
    now: datetime,
    say: Callable[[str], None],
) -> None:
    """Let the sample's governments ask each other, answer, and find that two items are one."""

    def ago(days: float) -> datetime:
        return now - timedelta(days=days)

    _stream(items["ag-bulgwang"], places, offices, people, ago)
    _buses(items["ag-gapyeong-evening"], places, people, ago)
    _asked(items, places, people, ago)
    merged = _machines(items["ag-people-at-counter"], people["of-gg"], ago)
    say(f"2 joint items, 2 referrals, {merged} merged item between governments")


def _stream(
    item: AgendaItem,
    places: dict[str, Place],
    offices: dict[str, Office],
    people: dict[str, User],
    ago: Callable[[float], datetime],
) -> None:
    """A stream through three districts: one leads, one takes part, one has still to answer."""
    mapo = agenda.invite(
        item=item, place=places["11440"], by=people["of-ep"], now=ago(60),
        reason="불광천은 마포구에서 홍제천과 만납니다. 한 구의 약속만으로는 다리 아래에서 규칙이 끊깁니다.",
    )  # fmt: skip
    agenda.answer_invitation(
        partnership=mapo, accept=True, by=people["of-mapo"], now=ago(55),
        reason="마포구간의 보행·자전거 표지도 같은 기준으로 바꾸겠습니다. 함께 점검하겠습니다.",
    )  # fmt: skip
    agenda.add_co_owner(
        item=item, office=offices["mapo-innov"], by=people["of-ep"], now=ago(54),
        reason="마포구간의 표지 정비와 현장 점검을 맡습니다.",
    )  # fmt: skip
    agenda.invite(
        item=AgendaItem.objects.get(pk=item.pk), place=places["11410"], by=people["of-ep"], now=ago(3),
        reason="서대문구간 산책로에도 같은 민원이 이어져 함께 논의하고자 합니다.",
    )  # fmt: skip


def _buses(
    item: AgendaItem, places: dict[str, Place], people: dict[str, User], ago: Callable[[float], datetime]
) -> None:
    """What a county cannot do alone: the province takes part."""
    referral = agenda.refer(
        item=item, to=places["41"], by=people["of-gapyeong"], now=ago(20),
        reason="행사가 끝나는 시각에 맞춘 막차는 여러 시군을 지나는 노선이어서 군의 권한만으로 바꿀 수 없습니다.",
    )  # fmt: skip
    agenda.answer_referral(
        referral=referral, outcome="joint", by=people["of-gg"], now=ago(12),
        reason="광역 노선의 막차 시각 조정을 도가 운수업체와 협의하겠습니다. 행사 일정과 장소는 군이 계속 주관합니다.",
    )  # fmt: skip


def _asked(
    items: dict[str, AgendaItem],
    places: dict[str, Place],
    people: dict[str, User],
    ago: Callable[[float], datetime],
) -> None:
    """What waits for an answer today."""
    agenda.refer(
        item=items["ag-mapo-fee"], to=places["11"], by=people["of-mapo"], now=ago(6),
        reason="관리비 내역 공개 기준은 시 조례로 정해야 자치구마다 달라지지 않습니다.",
    )  # fmt: skip
    agenda.invite(
        item=items["ag-one-number"], place=places["41110"], by=people["of-gg"], now=ago(2),
        reason="이첩이 가장 잦은 수원시 민원실에서 먼저 함께 시험해 보고자 합니다.",
    )  # fmt: skip


def _machines(into: AgendaItem, officer: User, ago: Callable[[float], datetime]) -> int:
    """Two items about one matter become one, and its voices go along."""
    open_voices = Proposal.objects.filter(MACHINES, agenda_item=None, status__in=Proposal.VISIBLE)
    near = open_voices.filter(Q(place__code="41") | Q(place__parent__code="41"), created_at__lt=ago(30))
    voices = list(near.order_by("-support_count", "pk").values_list("pk", flat=True)[:4])
    if not voices:
        return 0
    taken = promote(
        title="무인 주문기 앞에서 돌아서는 사람들",
        summary="식당과 병원, 역의 무인기 앞에서 돌아서는 일이 이어집니다. 화면 글씨와 도움 호출을 함께 살핍니다.",
        field="engagement",
        by=officer,
        now=ago(28),
        proposals=voices,
        place=into.place,
        reason="여러 시군에서 같은 말이 올라왔습니다.",
    ).item
    agenda.merge(
        source=taken, target=into, by=officer, now=ago(10),
        reason="“기계 옆에 사람 한 명”과 같은 문제이고 소관도 같습니다. 한 의제에서 함께 풀겠습니다.",
    )  # fmt: skip
    return 1
