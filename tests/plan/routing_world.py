"""A small place to route in: three offices with plain mandates, the Social Innovation Officer, and voices."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from madang.explore.proposals.models import Evidence
from madang.plan.routing import operations
from tests.factories import AgendaItemFactory, OfficeFactory, ProposalFactory, UserFactory, gyeonggi, officer_at, suwon

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TRAFFIC = "시내버스 노선과 정류장을 관리한다.\n버스 배차 간격을 정하고 정류장 그늘막을 설치한다."
CARE = "어르신 돌봄과 경로당을 지원한다.\n치매 어르신의 방문 진료를 운영한다."
CULTURE = "도서관과 공연장을 운영한다.\n청소년 동아리의 공연과 독서 모임을 지원한다."


class World:
    """Suwon with its offices; `item()` makes an agenda item from voices (title, body)."""

    def __init__(self) -> None:
        self.place = suwon()
        self.sio = OfficeFactory(
            place=self.place, name_ko="사회혁신담당관", name_en="", mandate="", is_innovation_officer=True
        )
        transport = OfficeFactory(place=self.place, name_ko="교통국", name_en="", mandate="", kind="bureau")
        welfare = OfficeFactory(place=self.place, name_ko="복지국", name_en="", mandate="", kind="bureau")
        self.bus = OfficeFactory(place=self.place, name_ko="버스정책과", name_en="", mandate=TRAFFIC, parent=transport)
        self.care = OfficeFactory(place=self.place, name_ko="노인복지과", name_en="", mandate=CARE, parent=welfare)
        self.library = OfficeFactory(place=self.place, name_ko="도서관과", name_en="", mandate=CULTURE)
        self.bureau = transport
        self.officer = officer_at(self.place)

    def item(self, title: str = "정류장 그늘막", *voices: tuple[str, str], **fields):
        item = AgendaItemFactory(
            place=self.place, title=title, summary=fields.pop("summary", title), created_at=NOW, **fields
        )
        for name, body in voices:
            proposal = ProposalFactory(place=self.place, title=name, body=body, created_at=NOW)
            Evidence.objects.create(item=item, proposal=proposal, added_at=NOW)
        return item

    def asked(self, item=None, office=None, now=NOW):
        """An assignment without an answer."""
        return operations.assign(
            item=item or self.item(),
            office=office or self.bus,
            reason="버스 정류장의 일입니다.",
            by=self.officer,
            now=now,
        )


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def committed_world(transactional_db):
    """A world that other connections see."""
    return World()


__all__ = ["NOW", "UserFactory", "World", "committed_world", "gyeonggi", "world"]
