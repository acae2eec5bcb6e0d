"""A person's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.ground.footing.rest import scopes as known_scopes
from madang.ground.people.models import ApiToken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.people.models import User

SHOWN = 100


@dataclass(frozen=True)
class Shown:
    """A token as its owner sees it. state: living, expired or revoked."""

    token: ApiToken
    state: str
    scopes: Sequence[str]


def tokens_of(user: User, *, now: datetime) -> list[Shown]:
    """The newest hundred, those that still work first (one query)."""
    rows = [_shown(row, now) for row in ApiToken.objects.filter(user=user).order_by("-created_at", "-pk")[:SHOWN]]
    return sorted(rows, key=lambda one: one.state != "living")


def _shown(token: ApiToken, now: datetime) -> Shown:
    state = "revoked" if token.revoked_at else "living" if token.expires_at > now else "expired"
    labels = [str(scope.label) if (scope := known_scopes.find(key)) else key for key in token.scopes]
    return Shown(token, state, labels)
