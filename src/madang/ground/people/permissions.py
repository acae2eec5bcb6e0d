"""The one question that every door asks: may this person do that to this thing?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from madang.ground.footing.rest import scopes
from madang.ground.people import queries
from madang.ground.people.models import User
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound="Model")


Scope = Callable[[object, "QuerySet[Any]"], "QuerySet[Any]"]
_scopes: dict[str, Scope] = {}


def define(permission: str, predicate: object, scope: Scope | None = None) -> None:
    """Register a permission: who may (predicate on user and thing), and to which rows (scope on user and rows).

    The two say the same of one thing and of many; a test holds them together for every permission that has a scope.
    """
    rules.add_perm(permission, predicate)
    if scope is not None:
        _scopes[permission] = scope


def scope(user: object, permission: str, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those of `rows` for which `can(user, permission, row)` holds, in the database; none for an unknown permission."""
    found = _scopes.get(permission)
    return found(user, rows) if found else rows.none()


def scoped_permissions() -> list[str]:
    """Every permission that has a scope."""
    return sorted(_scopes)


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


scopes.register(scopes.Scope("read", _lazy("Read what my roles show me"), order=10))


@rules.predicate
def is_signed_in(user: object) -> bool:
    return bool(getattr(user, "is_authenticated", False) and getattr(user, "is_active", False))


def everybody_signed_in(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The scope of `is_signed_in`: all rows, or none."""
    return rows if is_signed_in(user) else rows.none()


@rules.predicate
def edits_the_thread(user: object, thing: object) -> bool:
    """Holds the officer's role at the thing's place, or at the place above it."""
    place = getattr(thing, "place", thing)
    return place is not None and queries.is_officer_at(user, place)


def edited(user: object, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The scope of `edits_the_thread`, for rows that have a place, and for places themselves."""
    return rows if queries.is_platform_admin(user) else rows.filter(_at(queries.officer_place_ids(user), rows))


def _at(places: set[int], rows: QuerySet[Any]) -> Q:
    own, above = ("pk", "parent") if rows.model is Place else ("place", "place__parent")
    return Q(**{f"{own}__in": places}) | Q(**{f"{above}__in": places})


@rules.predicate
def has_a_desk(user: object) -> bool:
    return queries.is_official(user)
