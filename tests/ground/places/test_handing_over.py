"""What follows a succession: the search finds what was handed over, and the record names what it is about."""

from __future__ import annotations

import pytest
from django.utils import timezone

from madang.ground.participation.models import SearchDocument
from madang.ground.people.operations import grant, succeed
from madang.ground.places.operations import Named
from madang.ground.record.subjects import named
from tests.factories import OfficeFactory, ProposalFactory, UserFactory, organization_of, platform_admin, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_texts_are_read_anew_under_their_new_place():
    proposal = ProposalFactory(place=suwon())
    SearchDocument.objects.update_or_create(subject=proposal.subject, defaults={"place": suwon(), "waiting": False})
    done = succeed(
        predecessors=[suwon()], successors=[Named("41111", "수원특례시", "Suwon")], on=timezone.localdate(NOW),
        reason="법률", by=platform_admin(), now=NOW,
    )  # fmt: skip
    document = SearchDocument.objects.get(subject=proposal.subject)
    assert (document.place, document.waiting) == (done.heir, True)


def test_the_record_names_what_lies_below_it_and_no_person():
    office, (organization, _) = OfficeFactory(place=suwon()), organization_of()
    user = UserFactory(display_name="홍길동")
    role = grant(user=user, kind="expert", place=suwon(), by=platform_admin(), now=NOW, reason="위촉")
    subjects = [f"office:{office.pk}", organization.subject, role.subject, "place:41110", "place:', drop", "role:x"]
    found = named(subjects)
    assert set(found) == set(subjects[:4])
    assert found["place:41110"].url == "/places/41110/"
    assert "홍길동" not in str(found)
