from datetime import timedelta

import pytest
from django.utils import timezone

from madang.explore.proposals.operations.overdue import report_overdue
from madang.ground.participation.models import Notice
from madang.ground.people.models import Role
from madang.ground.record.models import Entry
from tests.factories import OfficeFactory, PlaceFactory, ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def late():
    now = timezone.now()
    place = PlaceFactory()
    office = OfficeFactory(place=place, is_innovation_officer=True, kind="officer")
    officer = UserFactory()
    Role.objects.create(user=officer, kind=Role.Kind.OFFICER, place=place, office=office)
    proposal = ProposalFactory(
        place=place,
        threshold_met_at=now - timedelta(days=40),
        answer_due_at=now - timedelta(days=10),
        created_at=now - timedelta(days=60),
    )
    return proposal, officer, now


def test_an_overdue_answer_is_reported_once(late):
    proposal, officer, now = late
    assert [report_overdue(now=now), report_overdue(now=now)] == [1, 0]
    assert Entry.objects.get(subject=f"proposal:{proposal.pk}").kind == Entry.Kind.ESCALATED
    assert Notice.objects.get(user=officer).kind == "answer_overdue"


def test_what_is_not_due_yet_is_not_reported(late):
    _, _, now = late
    assert report_overdue(now=now - timedelta(days=11)) == 0
