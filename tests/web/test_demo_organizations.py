"""The demo's organizations are entered by the operations that anybody uses."""

from __future__ import annotations

import pytest
from django.utils import timezone

from madang.ground.people.models import Invitation, Membership, Organization, Role, VerificationRequest
from madang.ground.record.models import Entry
from madang.web.demo import loader, organizations, people, source

pytestmark = pytest.mark.django_db


def test_every_kind_takes_part_and_some_wait_to_be_verified():
    now = timezone.now()
    places, offices = loader.load_ground(lambda text: None)
    characters = people.load_characters(rows=source.rows("people"), offices=offices, places=places, now=now)
    organizations.load(people=characters, places=places, offices=offices, now=now, say=lambda text: None)
    assert set(Organization.objects.filter(closed_at=None).values_list("kind", flat=True)) == set(
        Organization.Kind.values
    )
    assert Organization.objects.filter(verified_at__isnull=False).count() >= 7
    assert VerificationRequest.objects.filter(answered_at=None).count() == 2
    assert Membership.objects.filter(ended_at=None).count() > 20
    assert Role.objects.filter(expires_at__isnull=False).count() == 4
    assert Invitation.objects.filter(accepted_at=None).count() == 1
    assert Entry.objects.filter(kind="settings").count() == 2
