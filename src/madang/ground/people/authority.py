"""Who may do what with roles, places and organizations. Registered when the app is ready.

Delegation runs downwards: the platform's administrator names those of provinces, they name those of their
municipalities, and these name the officers and staff below them. Nobody names their like, nor themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q

from madang.ground.people import queries
from madang.ground.people.models import Membership, Role, User
from madang.ground.people.permissions import define, is_signed_in
from madang.ground.people.queries import ADMINISTRATORS, EDITORS

if TYPE_CHECKING:
    from django.db.models import QuerySet

ADMINISTER = "places.administer"
GRANT, END = "roles.grant", "roles.end"
EDIT, MEMBERS, LEAD = "organizations.edit", "organizations.members", "organizations.lead"
VERIFY, FOUND = "organizations.verify", "organizations.found"
SET_UP = "places.set_up"
# What an administrator of a place names at their own place and in its offices.
BELOW_AN_ADMINISTRATOR = frozenset(
    {Role.Kind.OFFICER, Role.Kind.STAFF, Role.Kind.EXPERT, Role.Kind.INVESTOR, Role.Kind.EVALUATOR}
)


@rules.predicate
def administers(user: object, place: object) -> bool:
    """Administrator of the place or of the place above it."""
    return place is not None and queries.holds(user, ADMINISTRATORS, place=place)  # type: ignore[arg-type]


def administered(user: object, rows: QuerySet) -> QuerySet:
    """The places that the user administers."""
    if queries.is_platform_admin(user):
        return rows
    held = queries.place_ids(user, ADMINISTRATORS)
    return rows.filter(Q(pk__in=held) | Q(parent__in=held)) if held else rows.none()


def _ground(role: Role) -> object:
    """The place whose administrator decides on a role."""
    if role.place_id:
        return role.place
    if role.office_id:
        return role.office.place  # type: ignore[union-attr]
    return role.organization.home if role.organization else None


@rules.predicate
def decides_on(user: object, role: object) -> bool:
    """Stands above the role: see the head of this module."""
    if not isinstance(role, Role) or role.kind == Role.Kind.MEMBER:
        return False
    if queries.is_platform_admin(user):
        return True
    place = _ground(role)
    if place is None:
        return False
    held = queries.place_ids(user, ADMINISTRATORS)
    if role.kind == Role.Kind.MUNICIPAL_ADMIN:
        return place.parent_id in held  # type: ignore[attr-defined]
    return role.kind in BELOW_AN_ADMINISTRATOR and administers(user, place)


@rules.predicate
def is_somebody_else(user: object, role: object) -> bool:
    return getattr(role, "user_id", None) != getattr(user, "pk", None)


@rules.predicate
def is_own(user: object, role: object) -> bool:
    return isinstance(role, Role) and role.user_id == getattr(user, "pk", None) is not None


def endable(user: object, rows: QuerySet) -> QuerySet:
    """The roles that the user may end: those below, and their own."""
    if not isinstance(user, User):
        return rows.none()
    own = Q(user=user)
    if queries.is_platform_admin(user):
        return rows.filter(own | ~Q(kind=Role.Kind.MEMBER))
    held = queries.place_ids(user, ADMINISTRATORS)
    admins = Q(kind=Role.Kind.MUNICIPAL_ADMIN, place__parent__in=held)
    here = Q(place__in=held) | Q(place__parent__in=held)
    office = Q(office__place__in=held) | Q(office__place__parent__in=held)
    home = Q(organization__home__in=held) | Q(organization__home__parent__in=held)
    at = here | (Q(place=None) & office) | (Q(place=None, office=None) & home)
    return rows.filter(own | admins | (Q(kind__in=BELOW_AN_ADMINISTRATOR) & at))


def _membership(user: object, organization: object) -> Membership | None:
    if not isinstance(user, User) or not user.is_active:
        return None
    return queries.membership_of(user, organization.pk)  # type: ignore[attr-defined]


@rules.predicate
def leads(user: object, organization: object) -> bool:
    found = _membership(user, organization)
    return found is not None and found.rank == Membership.Rank.REPRESENTATIVE


@rules.predicate
def manages(user: object, organization: object) -> bool:
    """Representative or manager of a standing organization."""
    found = _membership(user, organization)
    return found is not None and found.rank != Membership.Rank.MEMBER


@rules.predicate
def stands(user: object, organization: object) -> bool:
    del user
    return organization.closed_at is None  # type: ignore[attr-defined]


@rules.predicate
def judges(user: object, request: object) -> bool:
    """An official of the place that was asked."""
    place = getattr(request, "place", None)
    return place is not None and queries.holds(user, EDITORS, place=place)


def judged(user: object, rows: QuerySet) -> QuerySet:
    """The requests that wait for this official."""
    return rows.filter(queries.reach_of(user, EDITORS))


def _led(rank: tuple[str, ...]) -> object:
    def scope(user: object, rows: QuerySet) -> QuerySet:
        if not isinstance(user, User) or not user.is_active:
            return rows.none()
        mine = Membership.objects.filter(user=user, ended_at=None, rank__in=rank)
        return rows.filter(closed_at=None, pk__in=mine.values("organization"))

    return scope


define(ADMINISTER, administers, administered)
define(SET_UP, rules.predicate(queries.is_platform_admin, name="is_platform_admin"))
define(GRANT, decides_on & is_somebody_else)
define(END, decides_on | is_own, endable)
define(FOUND, is_signed_in)
define(EDIT, stands & manages, _led((Membership.Rank.REPRESENTATIVE, Membership.Rank.MANAGER)))  # type: ignore[arg-type]
define(MEMBERS, stands & manages, _led((Membership.Rank.REPRESENTATIVE, Membership.Rank.MANAGER)))  # type: ignore[arg-type]
define(LEAD, stands & leads, _led((Membership.Rank.REPRESENTATIVE,)))  # type: ignore[arg-type]
define(VERIFY, judges, judged)
