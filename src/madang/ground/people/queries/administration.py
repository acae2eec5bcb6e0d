"""What the administration of a place shows: people with their roles, offices, settings, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from madang.ground.footing import keyset
from madang.ground.people.models import Invitation, Role, SettingChange
from madang.ground.people.queries.organizations import waiting_requests
from madang.ground.people.queries.roles import in_force
from madang.ground.places import settings
from madang.ground.places.models import Office, Place, SettingValue
from madang.ground.places.queries import InForce, settings_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.ground.places.settings import Setting


def at(place: Place) -> Q:
    """Roles that belong to the administration of this place: held here, or in an office here."""
    return Q(place=place) | Q(place=None, office__place=place)


def roles_at(place: Place, *, now: datetime, after: str = "") -> keyset.Page[Role]:
    """Roles in force or yet to begin at a place and in its offices, a page at a time."""
    rows = Role.objects.filter(at(place), ended_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=now))
    rows = rows.select_related("user", "place", "office", "granted_by").defer("place__boundary")
    return keyset.page(rows, by=("-id", "-id"), after=after, size=30)


def role_for_page(pk: int) -> Role | None:
    """A role with everything that decides who may end it."""
    rows = Role.objects.select_related("user", "place__parent", "office__place__parent", "organization__home__parent")
    return rows.filter(pk=pk, ended_at=None).first()


def invitations_at(place: Place) -> QuerySet[Invitation]:
    """Invitations to roles here that wait for an answer, the newest first."""
    rows = Invitation.objects.filter(Q(place=place) | Q(office__place=place), organization=None)
    rows = rows.filter(accepted_at=None, withdrawn_at=None)
    return rows.select_related("invited_by", "office", "place").defer("place__boundary")[:50]


@dataclass(frozen=True)
class SettingRow:
    """One setting with the value in force, where it comes from, and its last change here."""

    setting: Setting
    in_force: InForce
    own: object
    above: InForce
    change: SettingChange | None

    @property
    def words(self) -> str:
        return self.setting.in_words(self.in_force.value)

    @property
    def above_words(self) -> str:
        return self.setting.in_words(self.above.value)


def setting_rows(place: Place) -> list[SettingRow]:
    """Every setting at a place (three queries; `place.parent` loaded)."""
    found = settings_of(place)
    above = settings_of(place.parent) if place.parent else {}
    own = dict(SettingValue.objects.filter(place=place).values_list("key", "value"))
    changes = SettingChange.objects.filter(place=place).order_by("key", "-changed_at", "-id").distinct("key")
    latest = {one.key: one for one in changes.select_related("changed_by")}
    return [
        SettingRow(
            one, found[one.key], own.get(one.key), above.get(one.key, InForce(one.default, None)), latest.get(one.key)
        )
        for one in settings.registered()
    ]


def setting_history(place: Place, key: str) -> list[SettingChange]:
    """The changes of one setting, the newest first."""
    return list(SettingChange.objects.filter(place=place, key=key).select_related("changed_by")[:50])


@dataclass(frozen=True)
class Overview:
    """The first page of an administration: how many of each, and what waits."""

    n_roles: int
    n_offices: int
    n_children: int
    n_set: int
    n_requests: int
    n_invitations: int
    expiring: list[Role]


def overview(place: Place, *, now: datetime, soon: datetime) -> Overview:
    """Counts for the tabs, and the roles that end soon (seven queries)."""
    roles = Role.objects.filter(at(place)).filter(in_force(now))
    ending = roles.filter(expires_at__lte=soon).select_related("user", "place", "office").defer("place__boundary")
    invited = Invitation.objects.filter(Q(place=place) | Q(office__place=place), accepted_at=None, withdrawn_at=None)
    return Overview(
        n_roles=roles.count(),
        n_offices=Office.objects.filter(place=place, active=True).count(),
        n_children=Place.objects.filter(parent=place, valid_to=None).count(),
        n_set=SettingValue.objects.filter(place=place).count(),
        n_requests=waiting_requests(place).count(),
        n_invitations=invited.count(),
        expiring=list(ending.order_by("expires_at", "id")[:10]),
    )


def below(place: Place, *, now: datetime) -> list[Place]:
    """The places below, each with its number of administrators in force (`n_admins`) and offices (`n_offices`)."""
    admin = Q(roles__kind=Role.Kind.MUNICIPAL_ADMIN, roles__ended_at=None)
    in_time = Q(roles__expires_at=None) | Q(roles__expires_at__gt=now)
    rows = Place.objects.filter(parent=place, valid_to=None).defer("boundary").order_by("code")
    return list(
        rows.annotate(
            n_admins=Count("roles", filter=admin & in_time, distinct=True),
            n_offices=Count("offices", filter=Q(offices__active=True), distinct=True),
        )
    )


def offices_at(place: Place) -> list[Office]:
    """Every office of a place, those in service first, with the number of people who answer for it (`n_people`)."""
    people = Count("roles", filter=Q(roles__ended_at=None), distinct=True)
    rows = Office.objects.filter(place=place).select_related("parent").annotate(n_people=people)
    return list(rows.order_by("-active", "-is_innovation_officer", "id"))


def expiring_roles(*, now: datetime, until: datetime) -> QuerySet[Role]:
    """Roles that end by themselves soon and of which nobody has been reminded."""
    rows = Role.objects.filter(ended_at=None, expires_at__gt=now, expires_at__lte=until, reminded_at=None)
    return rows.select_related("user", "place", "office__place", "organization").order_by("id")
