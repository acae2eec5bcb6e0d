"""The second factor of officials: without it their roles are held, but not in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.conf import settings

from madang.ground.people.models import Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable

OFFICIAL = frozenset({Role.Kind.OFFICER, Role.Kind.STAFF, Role.Kind.MUNICIPAL_ADMIN, Role.Kind.PLATFORM_ADMIN})


def has_second_factor(user: User) -> bool:
    """Whether the person has set up an authenticator app or a passkey; recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def _lacking(user: User) -> bool:
    """Not `has_second_factor`, asked once a request."""
    if not hasattr(user, "_lacks_second_factor"):
        user._lacks_second_factor = not has_second_factor(user)  # type: ignore[attr-defined] # noqa: SLF001
    return user._lacks_second_factor  # type: ignore[attr-defined] # noqa: SLF001


def usable(user: User, held: Iterable[Role]) -> list[Role]:
    """Those of the roles a person holds that are in force: where a second factor is asked for, an official's only with
    one. Every question about roles passes here, so that no door is a way around.
    """
    roles = list(held)
    official = any(role.kind in OFFICIAL for role in roles)
    suspended = settings.FORCE_SECOND_FACTOR and official and _lacking(user)
    user._roles_suspended = suspended  # type: ignore[attr-defined] # noqa: SLF001
    return [role for role in roles if role.kind not in OFFICIAL] if suspended else roles


def needs_second_factor(user: object) -> bool:
    """Whether somebody holds an official's role, or may enter the administration, and lacks the second factor for it.

    Middleware leads a browser to setting one up; an API refuses the token.
    """
    from madang.ground.people.queries import roles_of

    if not isinstance(user, User) or not user.is_active or not settings.FORCE_SECOND_FACTOR:
        return False
    if user.is_staff:
        return _lacking(user)
    roles_of(user)
    return bool(getattr(user, "_roles_suspended", False))
