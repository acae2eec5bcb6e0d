"""People and the roles they hold."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from madang.ground.people.models import Role, User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"시민 {n}")
    password = "!"
    # An ordinary account; one of less than a day writes under tighter limits.
    joined_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=400))


def officer_at(place, **fields) -> User:
    """Somebody of the Social Innovation Officer's office at a place."""
    user = UserFactory(**fields)
    Role.objects.create(user=user, kind=Role.Kind.OFFICER, place=place)
    return user


def staff_of(office, **fields) -> User:
    """Somebody who answers for an office."""
    user = UserFactory(**fields)
    Role.objects.create(user=user, kind=Role.Kind.STAFF, office=office)
    return user


def admin_of(place, **fields) -> User:
    user = UserFactory(**fields)
    Role.objects.create(user=user, kind=Role.Kind.MUNICIPAL_ADMIN, place=place)
    return user


def platform_admin(**fields) -> User:
    user = UserFactory(**fields)
    Role.objects.create(user=user, kind=Role.Kind.PLATFORM_ADMIN)
    return user
