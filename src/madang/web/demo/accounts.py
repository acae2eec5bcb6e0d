"""What the demo's people show of themselves, and how surely some of them are known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from madang.ground.people import keyed
from madang.ground.people.models import Verification
from madang.ground.people.operations.verifying import verify
from madang.ground.people.verification import Identity

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User

SHOWN = {"citizen": ["bio", "home", "joined", "proposals"], "official": ["bio", "joined", "organizations"]}


def load(*, people: dict[str, User], now: datetime) -> int:
    """Let characters show themselves, and confirm residents and officials; returns how many are confirmed."""
    for user in people.values():
        user.shown = SHOWN["citizen" if user.home_id else "official"]
        user.save(update_fields=["shown"])
    citizens = [user for user in people.values() if user.home_id]
    for number, user in enumerate(citizens):
        _confirm_citizen(user, number, now - timedelta(days=20 + number))
    for user in _officials(people):
        verify(user=user, way="official_email", digests=(), now=now - timedelta(days=30))
    return Verification.objects.values("user").distinct().count()


def _confirm_citizen(user: User, number: int, at: datetime) -> None:
    """Every citizen's phone, and every other one at the counter of the home municipality."""
    verify(user=user, way="phone", digests=[keyed.digest("phone", f"demo-{number}")], now=at)
    if number % 2 == 0:
        made_up = Identity(user.display_name, date(1960 + number, 1 + number % 12, 1), "f")
        verify(user=user, way="counter", digests=made_up.digests(), now=at, place=user.home)


def _officials(people: dict[str, User]) -> list[User]:
    from madang.ground.people.queries import is_official

    return [user for user in people.values() if is_official(user)]
