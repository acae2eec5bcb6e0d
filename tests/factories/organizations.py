"""Organizations with their representatives."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from madang.ground.people.models import Membership, Organization
from tests.factories.people import UserFactory
from tests.factories.places import PlaceFactory


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    kind = Organization.Kind.NGO
    name_ko = factory.Sequence(lambda n: f"골목돌봄모임 {n}")
    home = factory.SubFactory(PlaceFactory)
    created_at = factory.LazyFunction(timezone.now)
    updated_at = factory.SelfAttribute("created_at")


def member_of(organization, rank=Membership.Rank.MEMBER, **fields):
    """Somebody who belongs to an organization."""
    user = UserFactory(**fields)
    Membership.objects.create(
        organization=organization,
        user=user,
        rank=rank,
        represents=rank == Membership.Rank.REPRESENTATIVE,
        joined_at=timezone.now(),
    )
    return user


def organization_of(**fields):
    """An organization and its representative."""
    organization = OrganizationFactory(**fields)
    return organization, member_of(organization, Membership.Rank.REPRESENTATIVE)
