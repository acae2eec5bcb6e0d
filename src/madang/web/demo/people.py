"""The demo's people: named characters with their roles, and the citizens who write and support."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from madang.ground.people.models import Role, User
from madang.ground.places.models import Office, Place
from madang.web.demo.source import PASSWORD, Row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# Nobody here is a newcomer: an account of less than a day writes under tighter limits.
LONG_AGO = timedelta(days=500)
KINDS = {
    "officer": Role.Kind.OFFICER,
    "department_staff": Role.Kind.STAFF,
    "municipal_admin": Role.Kind.MUNICIPAL_ADMIN,
    "platform_admin": Role.Kind.PLATFORM_ADMIN,
    "expert": Role.Kind.EXPERT,
    "organization_member": Role.Kind.MEMBER,
    "investor": Role.Kind.INVESTOR,
    "evaluator": Role.Kind.EVALUATOR,
}


@transaction.atomic
def load_characters(
    *, rows: list[Row], offices: dict[str, Office], places: dict[str, Place], now: datetime
) -> dict[str, User]:
    """The named people, who can sign in, each with their role."""
    password = make_password(PASSWORD)
    found = {}
    for row in rows:
        admin = row["role"] == "platform_admin"
        place = places.get(row["place"] or "")
        user = User(
            email=row["email"],
            password=password,
            display_name=row["name"],
            bio=row["bio"][:200],
            joined_at=now - LONG_AGO,
        )
        user.language, user.is_staff, user.is_superuser = row["lang"], admin, admin
        user.home = place if place and row["role"] == "citizen" else None
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if kind := KINDS.get(row["role"]):
            office = offices.get(row["office"] or "")
            # The administrator of the platform stands nowhere in particular; every other role has its ground.
            Role.objects.create(user=user, kind=kind, place=None if admin else place, office=office)
        found[row["key"]] = user
    return found


@transaction.atomic
def load_crowd(*, names: Iterable[str], at_least: int, now: datetime) -> list[User]:
    """Citizens who cannot sign in: everybody who signs a proposal or a comment, and enough others to support."""
    wanted = list(dict.fromkeys(name[:40] for name in names))
    wanted += [f"주민 {number}" for number in range(1, max(0, at_least - len(wanted)) + 1)]
    users = [
        User(email=f"resident{number}@demo.invalid", password="!", display_name=name, joined_at=now - LONG_AGO)  # noqa: S106
        for number, name in enumerate(wanted, 1)
    ]
    return User.objects.bulk_create(users, batch_size=1000)
