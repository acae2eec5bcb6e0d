"""The signed address in a mail that lets its reader turn mails off with one click and without signing in (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse

from madang.ground.participation import kinds
from madang.ground.participation.delivery.wanted import wishes
from madang.ground.people.models import User

if TYPE_CHECKING:
    from madang.ground.participation.kinds import Group

SALT = "madang.notices.unsubscribe"


class BadTokenError(ValueError):
    """An address that we did not sign, or whose person is gone."""


@dataclass(frozen=True)
class Holder:
    """Whom a token speaks for, and what it turns off: one group, or every group of a rhythm."""

    user: User
    scope: str

    def groups(self) -> list[Group]:
        """The groups that it turns off today."""
        what, _, name = self.scope.partition(":")
        if what == "group":
            return [found] if (found := kinds.find_group(name)) else []
        return [wish.group for wish in wishes(self.user).values() if wish.mail == name]


def token(user: User, scope: str) -> str:
    """scope: `group:talk` or `rhythm:daily`.

    It does not expire, as mails are kept for years; nor change, as one may be sent again.
    """
    return signing.Signer(salt=SALT).sign_object([user.pk, scope])


def read(text: str) -> Holder:
    """Raises BadTokenError."""
    try:
        pk, scope = signing.Signer(salt=SALT).unsign_object(text)
        return Holder(User.objects.get(pk=pk), str(scope))
    except (signing.BadSignature, ValueError, TypeError, User.DoesNotExist) as error:
        raise BadTokenError from error


def absolute(path: str) -> str:
    """The full address of a page of ours, for what is read elsewhere."""
    return path if path.startswith(("http://", "https://")) else settings.BASE_URL.rstrip("/") + path


def unsubscribe_url(user: User, scope: str) -> str:
    return absolute(reverse("unsubscribe", args=[token(user, scope)]))
