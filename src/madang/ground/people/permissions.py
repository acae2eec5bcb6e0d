"""The one question that every door asks: may this person do that to this thing?"""

from __future__ import annotations

import rules
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from madang.ground.people import queries
from madang.ground.people.models import User


def can(user: object, permission: str, thing: object = None) -> bool:
    """Whether the rules registered under `permission` hold; an unknown permission is refused."""
    return rules.perm_exists(permission) and rules.has_perm(permission, user, thing)


def require(user: object, permission: str, thing: object = None) -> None:
    """Raise PermissionDenied unless `can`."""
    if not can(user, permission, thing):
        raise PermissionDenied(_("Your role does not allow this here."))


def actor(user: object) -> User:
    """The person who acts. Raises PermissionDenied for a visitor: the door forgot to ask for a sign-in."""
    if not isinstance(user, User):
        raise PermissionDenied(_("Sign in first."))
    return user


@rules.predicate
def is_signed_in(user: object) -> bool:
    return bool(getattr(user, "is_authenticated", False))


@rules.predicate
def edits_the_thread(user: object, thing: object) -> bool:
    """Holds the officer's role at the thing's place, or at the place above it."""
    place = getattr(thing, "place", thing)
    return place is not None and queries.is_officer_at(user, place)


@rules.predicate
def has_a_desk(user: object) -> bool:
    return queries.is_official(user)
