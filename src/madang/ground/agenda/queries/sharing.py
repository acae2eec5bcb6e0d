"""Who pursues an item, what was asked of other places, and what waits at whose desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from madang.ground.agenda.models import AgendaItem, CoOwner, Partnership, Referral
from madang.ground.people.models import Role, User
from madang.ground.people.queries import is_platform_admin, officer_place_ids
from madang.ground.places.models import Place
from madang.ground.places.queries import offices_of, places

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.places.models import Office

# A desk shows so many of each; what is further down waits its turn, soonest due first.
SHOWN = 50


def partnerships_of(item: AgendaItem) -> list[Partnership]:
    """Every invitation of an item with its answer, oldest first."""
    rows = item.partnerships.select_related("place__parent", "invited_by", "answered_by", "ended_by")
    return list(rows.defer("place__boundary", "place__parent__boundary"))


def co_owners_of(item: AgendaItem) -> list[CoOwner]:
    """The offices that own an item together now."""
    return list(item.co_owners.filter(ended_at=None).select_related("office__place").defer("office__place__boundary"))


def invitable(item: AgendaItem, taken: Iterable[Partnership]) -> list[Place]:
    """Places that may still be asked: every place in force but the lead and those asked already."""
    active = {one.place_id for one in taken if one.status in ("invited", "accepted")}
    return [one for one in places() if one.pk not in active and one.pk != item.place_id]


def offices_to_share(item: AgendaItem, taken: Iterable[CoOwner]) -> list[Office]:
    """Offices of the lead place, the one above and the partner places that do not own the item yet."""
    near = {item.place_id, item.place.parent_id} - {None}
    partners = item.partnerships.filter(status=Partnership.Status.ACCEPTED).values("place_id")
    owning = {one.office_id for one in taken} | {item.owner_id}
    rows = offices_of(item.place).model.objects.filter(Q(place__in=near) | Q(place__in=partners), active=True)
    rows = rows.select_related("place").defer("place__boundary").order_by("place_id", "id")
    return [one for one in rows if one.pk not in owning]


def referrals_of(item: AgendaItem) -> list[Referral]:
    """Every referral of an item, newest first."""
    rows = item.referrals.select_related("origin", "target", "asked_by", "answered_by", "item__place")
    return list(rows.defer("origin__boundary", "target__boundary", "item__place__boundary"))


def referable(item: AgendaItem) -> list[Place]:
    """To whom an item may be referred: the place above, or (by a province) one of those below."""
    if item.place.parent_id:
        return [item.place.parent]  # type: ignore[list-item] # a municipality has one
    return list(places().filter(parent=item.place_id))


def officers_of(place_ids: Iterable[int], *, now: datetime) -> set[int]:
    """Ids of the people who edit the thread at these places (by a role there or in their officers' offices)."""
    ids = list(place_ids)
    in_force = Q(roles__expires_at=None) | Q(roles__expires_at__gt=now)
    here = Q(roles__kind__in=(Role.Kind.OFFICER, Role.Kind.MUNICIPAL_ADMIN), roles__place__in=ids)
    here |= Q(roles__kind=Role.Kind.OFFICER, roles__office__place__in=ids)
    return set(User.objects.filter(here & in_force, is_active=True).values_list("pk", flat=True))


@dataclass(frozen=True)
class Desk:
    """What waits between places: invitations and referrals to answer, and those whose answer one awaits."""

    invitations: list[Partnership]
    referrals: list[Referral]
    asked_partners: list[Partnership]
    asked_referrals: list[Referral]

    @property
    def waiting(self) -> int:
        return len(self.invitations) + len(self.referrals)


def desk_of(user: object, *, now: datetime) -> Desk:
    """The desk between places of somebody who edits the thread somewhere (four queries)."""
    held = officer_place_ids(user)
    everywhere = is_platform_admin(user)
    invited = Partnership.objects.filter(status=Partnership.Status.INVITED).select_related("item__place", "place")
    invited = invited.defer("item__place__boundary", "place__boundary").order_by("invited_at", "id")
    waiting = Referral.objects.filter(status=Referral.Status.WAITING).select_related("item__place", "origin", "target")
    waiting = waiting.defer("item__place__boundary", "origin__boundary", "target__boundary").order_by("due_at", "id")

    def at(name: str) -> Q:
        return Q() if everywhere else Q(**{f"{name}__in": held}) | Q(**{f"{name}__parent__in": held})

    own = Q() if everywhere else Q(target__in=held)
    found = Desk(
        invitations=list(invited.filter(at("place"))[:SHOWN]),
        referrals=list(waiting.filter(own)[:SHOWN]),
        asked_partners=[] if everywhere else list(invited.filter(at("item__place")).exclude(at("place"))[:SHOWN]),
        asked_referrals=[] if everywhere else list(waiting.filter(at("origin")).exclude(own)[:SHOWN]),
    )
    for row in (*found.referrals, *found.asked_referrals):
        tell_days(row, now)
    return found


def tell_days(referral: Referral, now: datetime) -> None:
    """Give a referral `days`, the calendar days until its answer is due, and `late`, those past it."""
    referral.days = (timezone.localdate(referral.due_at) - timezone.localdate(now)).days  # type: ignore[attr-defined]
    referral.late = -referral.days  # type: ignore[attr-defined]


def referrals_at(place_ids: Iterable[int] | None) -> QuerySet[Referral]:
    """Referrals that wait for an answer, soonest due first; of these places, or everywhere."""
    rows = Referral.objects.filter(status=Referral.Status.WAITING).select_related("item", "target", "origin")
    if place_ids is not None:
        ids = list(place_ids)
        rows = rows.filter(Q(target__in=ids) | Q(origin__in=ids))
    return rows.defer("origin__boundary", "target__boundary").order_by("due_at", "id")
