"""What the pages of a person's own account and of profiles read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from madang.ground.footing.models import Progress
from madang.ground.people import identities, profiles, queries
from madang.ground.people.devices import device_name
from madang.ground.people.models import Deletion, Download, Level, User, Verification
from madang.ground.people.second_factor import OFFICIAL
from madang.ground.people.verification import Way, ways
from madang.ground.places.queries import municipalities

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.places.models import Place


@dataclass(frozen=True)
class Step:
    """One level of the ladder: reached by which verification, or reachable by which ways."""

    level: Level
    reached: bool
    verification: Verification | None
    ways: list[Way]


def ladder(user: User) -> list[Step]:
    """The four levels with what was reached."""
    held, level = identities.verifications(user), identities.level_of(user)
    open_ways = [way for way in ways.registered() if way.open()]
    return [
        Step(
            one,
            one.value in held or (one == Level.EMAIL and level >= Level.EMAIL),
            held.get(one.value),
            [way for way in open_ways if way.level == one],
        )
        for one in Level
        if one
    ]


@dataclass(frozen=True)
class Seen:
    """One session, by names that people use."""

    pk: int
    device: str
    ip: str
    begun_at: datetime
    last_at: datetime
    current: bool


def sessions(user: User, *, current: str) -> list[Seen]:
    """Where somebody is signed in, the present session first; those that have run out are left out."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    rows = UserSession.objects.filter(Exists(alive), user=user).order_by("-last_seen_at")[:100]
    found = [
        Seen(
            one.pk,
            device_name(one.user_agent),
            one.ip,
            one.created_at,
            one.last_seen_at,
            one.session_key == current,
        )
        for one in rows
    ]
    return sorted(found, key=lambda one: not one.current)


def downloads(user: User) -> list[Download]:
    """The copies that can still be fetched, newest first."""
    return list(user.downloads.filter(expires_at__gt=timezone.now())[:10])


def download_under_way(user: User) -> Progress | None:
    """The last copy asked for, unless it is ready: waiting, running or failed."""
    last = Progress.objects.filter(by_id=user.pk, key=f"download:{user.pk}").order_by("-created_at").first()
    return last if last and last.state != Progress.State.DONE else None


def deletion_of(user: User) -> Deletion | None:
    return Deletion.objects.filter(user=user).first()


def person(pk: int) -> User | None:
    """Whoever has this id, also somebody who has left."""
    return User.objects.select_related("home").filter(pk=pk).first()


def profile_of(user: User) -> list[profiles.Line]:
    """What others see of somebody besides the name."""
    return profiles.lines(user)


def counter_places(user: User) -> QuerySet[Place]:
    """The municipalities at whose counter an official may stand."""
    if queries.is_platform_admin(user):
        return municipalities()
    held = queries.officer_place_ids(user)
    offices = {role.office.place_id for role in queries.roles_of(user) if role.office and role.kind in OFFICIAL}
    mine = Q(pk__in=held | offices) | Q(parent__in=held)
    return municipalities().filter(mine)
