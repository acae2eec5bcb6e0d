"""Making, using and revoking tokens; keeping answers to requests that may be sent again."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from madang.ground.footing.rest import scopes as known_scopes
from madang.ground.people.models import ApiToken, KeptAnswer, User
from madang.ground.people.queries import needs_second_factor

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

MARK = "mdg_"
PREFIX = 12
PER_PERSON = 20
LONGEST = timedelta(days=366)
KEPT_FOR = timedelta(hours=24)


class TokenRefusedError(Exception):
    """A token that cannot be made. The message says what to do next."""


@dataclass(frozen=True)
class Made:
    """A new token and its secret, which is told once and kept nowhere."""

    token: ApiToken
    secret: str


def digest_of(secret: str) -> str:
    """What is kept of a secret. It holds 256 random bits, so that a plain digest cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(*, by: User, name: str, scopes: Collection[str], lifetime: timedelta, now: datetime) -> Made:
    """Make a token for oneself. Raises TokenRefusedError."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    _check(by, name, scopes, lifetime, now)
    secret = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=by, name=name.strip()[:60], prefix=secret[:PREFIX], digest=digest_of(secret), scopes=sorted(set(scopes)),
        created_at=now, expires_at=now + lifetime,
    )  # fmt: skip
    return Made(token, secret)


def _check(by: User, name: str, scopes: Collection[str], lifetime: timedelta, now: datetime) -> None:
    if needs_second_factor(by):
        raise TokenRefusedError(_("Set up your second factor on the site first: your role requires it."))
    if not name.strip():
        raise TokenRefusedError(_("Give the token a name, so that you know later which program uses it."))
    if not scopes or any(known_scopes.find(one) is None for one in scopes):
        raise TokenRefusedError(_("Choose at least one thing that the token may do."))
    if not timedelta(0) < lifetime <= LONGEST:
        raise TokenRefusedError(_("A token lives for a year at most. Choose a shorter time."))
    living = ApiToken.objects.filter(user=by, revoked_at=None, expires_at__gt=now).count()
    if living >= PER_PERSON:
        raise TokenRefusedError(
            _("You have %(count)d tokens. Revoke one that you no longer use, then make the new one.")
            % {"count": living}
        )


@transaction.atomic
def revoke_token(*, by: User, token_id: int, now: datetime) -> ApiToken:
    """End one of one's own tokens at once; a second time changes nothing. Raises ApiToken.DoesNotExist."""
    token = ApiToken.objects.select_for_update().get(pk=token_id, user=by)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
    return token


def token_of(secret: str, *, now: datetime) -> ApiToken | None:
    """The living token with this secret and its active owner; its use is noted to the minute."""
    rows = ApiToken.objects.select_related("user").filter(digest=digest_of(secret), revoked_at=None, expires_at__gt=now)
    token = rows.filter(user__is_active=True).first()
    if token and (token.last_used_at is None or token.last_used_at < now - timedelta(minutes=1)):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


class KeyReusedError(Exception):
    """An Idempotency-Key came again with another request."""


CLAIM = """
INSERT INTO ground_people_keptanswer (user_id, key, digest, status, headers, body, kept_at)
VALUES (%s, %s, %s, 0, '{}', '', %s) ON CONFLICT (user_id, key) DO NOTHING
"""


def claim_key(*, user_id: int, key: str, digest: str, now: datetime) -> KeptAnswer | None:
    """Take a key for the request being answered; the answer kept for it, where it was answered before.

    Inside the transaction of the change. Whoever comes at the same time waits here until it ends: then it finds the
    answer, or, where nothing was changed, takes the key itself. Raises KeyReusedError.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [user_id, key, digest, now])
        if cursor.rowcount == 1:
            return None
    kept = KeptAnswer.objects.get(user_id=user_id, key=key)
    if kept.digest != digest:
        raise KeyReusedError(
            _("This Idempotency-Key was used for another request. Nothing was changed. Take a new key.")
        )
    return kept


def keep_answer(*, user_id: int, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Keep the answer to a request whose key was claimed, in the same transaction."""
    KeptAnswer.objects.filter(user_id=user_id, key=key).update(status=status, headers=dict(headers), body=body)


def forget_answers(*, now: datetime, batch: int = 5_000) -> int:
    """Forget the answers of yesterday; how many."""
    old = KeptAnswer.objects.filter(kept_at__lt=now - KEPT_FOR).order_by("kept_at")[:batch]
    return KeptAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
