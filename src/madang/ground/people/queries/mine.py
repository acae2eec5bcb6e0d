"""A person's own roles, organizations and invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from madang.ground.people.queries.invitations import invitations_for, what_of, where_of
from madang.ground.people.queries.organizations import memberships_of
from madang.ground.people.queries.roles import roles_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from madang.ground.people.models import Role, User


def my_roles(user: User, data: QueryDict) -> dict[str, object]:
    """What the page of one's own roles shows (four queries)."""
    del data
    invitations = invitations_for(user, now=timezone.now())
    for one in invitations:
        one.what = what_of(one)  # type: ignore[attr-defined]
    return {
        "invitations": invitations,
        "roles": [_shown(role) for role in roles_of(user)],
        "memberships": memberships_of(user),
    }


def _shown(role: Role) -> Role:
    place = role.place or (role.office.place if role.office else None)
    role.where = where_of(role)  # type: ignore[attr-defined]
    role.code = place.code if place else ""  # type: ignore[attr-defined]
    return role
