"""A person's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from madang.ground.footing.rest import scopes as known_scopes
from madang.ground.people.models import ApiToken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import QueryDict

    from madang.ground.people.models import User

SHOWN = 100
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Shown:
    """A token as its owner sees it. state: living, ending (within a week), expired or revoked."""

    token: ApiToken
    state: str
    scopes: Sequence[str]

    @property
    def works(self) -> bool:
        return self.state in {"living", "ending"}


def tokens_of(user: User, *, now: datetime) -> list[Shown]:
    """The newest hundred, those that still work first (one query)."""
    rows = [_shown(row, now) for row in ApiToken.objects.filter(user=user).order_by("-created_at", "-pk")[:SHOWN]]
    return sorted(rows, key=lambda one: not one.works)


def _shown(token: ApiToken, now: datetime) -> Shown:
    left = token.expires_at - now
    state = "expired" if left <= timedelta(0) else "ending" if left < SOON else "living"
    state = "revoked" if token.revoked_at else state
    labels = [str(scope.label) if (scope := known_scopes.find(key)) else key for key in token.scopes]
    return Shown(token, state, labels)


def section(user: User, given: QueryDict) -> dict[str, object]:
    """The tokens as one's own page lists them."""
    del given
    return {"tokens": tokens_of(user, now=timezone.now())}
