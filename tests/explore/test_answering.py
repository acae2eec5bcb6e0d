"""An office answers: the clock stops, everybody behind the voice is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from madang.explore.proposals.models import Answer, Proposal
from madang.explore.proposals.operations.answering import AnswerRefusedError, answer
from madang.ground.participation.models import Notice
from madang.ground.participation.operations import follow
from madang.ground.places.models import Place
from madang.ground.record.models import Entry
from tests.factories import OfficeFactory, ProposalFactory, UserFactory, gyeonggi, officer_at, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def officer():
    return officer_at(suwon())


def test_the_answer_stops_the_clock_and_is_recorded(officer):
    voice = ProposalFactory(threshold_met_at=NOW - timedelta(days=9), answer_due_at=NOW + timedelta(days=21))
    office = OfficeFactory()
    answer(proposal=voice, office=office, body="검토하겠습니다.", by=officer, now=NOW)
    voice.refresh_from_db()
    assert (voice.status, voice.answered_at) == ("answered", NOW)
    entry = Entry.objects.get(kind="answered")
    assert (entry.office, entry.subject) == (office, voice.record_key)


def test_everybody_behind_it_is_told_once_with_those_merged_into_it(officer):
    voice = ProposalFactory(supporters=3)
    merged = ProposalFactory(supporters=2, status="merged", merged_into=voice)
    follower = UserFactory()
    follow(subject_id=voice.pk, by=follower, now=NOW)
    follow(subject_id=voice.pk, by=voice.author, now=NOW)
    office = OfficeFactory()
    answer(proposal=voice, office=office, body="검토하겠습니다.", by=officer, now=NOW)
    answer(proposal=voice, office=office, body="검토하겠습니다.", by=officer, now=NOW)
    assert Answer.objects.count() == 1
    told = set(Notice.objects.values_list("user_id", flat=True))
    assert len(told) == Notice.objects.count() == 3 + 2 + 1 + 2
    assert {voice.author_id, merged.author_id, follower.pk} <= told


def test_a_second_answer_does_not_move_the_date(officer):
    voice, office = ProposalFactory(), OfficeFactory()
    answer(proposal=voice, office=office, body="하나", by=officer, now=NOW)
    answer(proposal=voice, office=office, body="둘", by=officer, now=NOW + timedelta(days=2))
    assert Proposal.objects.get(pk=voice.pk).answered_at == NOW
    assert Answer.objects.count() == 2


@pytest.mark.parametrize(("body", "fields"), [("", {}), ("가" * 10_001, {}), ("네", {"status": "withdrawn"})])
def test_what_cannot_stand_is_refused(officer, body, fields):
    with pytest.raises(AnswerRefusedError):
        answer(proposal=ProposalFactory(**fields), office=OfficeFactory(), body=body, by=officer, now=NOW)


def test_the_office_belongs_to_the_place_or_the_one_above(officer):
    elsewhere = Place.objects.create(
        code="41130", level="municipality", parent=gyeonggi(), name_ko="성남시", name_en="Seongnam-si"
    )
    voice = ProposalFactory()
    with pytest.raises(AnswerRefusedError):
        answer(proposal=voice, office=OfficeFactory(place=elsewhere), body="네", by=officer, now=NOW)
    assert answer(proposal=voice, office=OfficeFactory(place=gyeonggi()), body="네", by=officer, now=NOW).pk
