"""People and places of the deliberations."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from madang.explore.deliberations.queries.routing import forget_counts
from madang.explore.deliberations.queries.terms import forget_terms
from madang.explore.proposals.models import Evidence
from tests.factories import AgendaItemFactory, ProposalFactory, UserFactory, officer_at, suwon


@pytest.fixture(autouse=True)
def _anew():
    """Nothing is remembered from another test."""
    forget_terms()
    forget_counts()


@pytest.fixture
def place(db):
    return suwon()


@pytest.fixture
def officer(place):
    return officer_at(place)


@pytest.fixture
def citizen(db):
    """Somebody whose e-mail is confirmed."""
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def item(place, officer):
    """An agenda item with voices behind it."""
    made = AgendaItemFactory(place=place, created_by=officer, title="심야 대중교통 이용 불편")
    said = [
        ("심야버스를 늘려 주세요", "퇴근이 늦으면 버스가 없습니다. 심야버스 배차 간격을 30분으로 줄여야 합니다."),
        (
            "막차 시간을 늦춰 주세요",
            "막차가 너무 일찍 끊깁니다. 심야버스가 다니면 좋겠습니다. 제 번호는 010-1234-5678입니다.",
        ),
        ("정류장이 어두워요", "정류장마다 밝은 조명을 달아야 합니다. 왜 아무도 손대지 않나요?"),
    ]
    for title, body in said:
        voice = ProposalFactory(place=place, title=title, body=body)
        Evidence.objects.create(item=made, proposal=voice, added_by=officer, added_at=timezone.now())
    return made


def signed_in(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client
