"""Programs of the sample's people: a token in use, one revoked, and an address that was told for a while."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from madang.ground.participation.models import Webhook, WebhookDelivery
from madang.ground.participation.webhooks import messages, operations
from madang.ground.people.models import ApiToken
from madang.ground.people.tokens.operations import make_token, revoke_token

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


def load(*, citizen: User, place: Place, now: datetime) -> None:
    """Tokens and a webhook of one citizen. The webhook is switched off: nobody listens at the example's address."""
    for name, scopes, days in (
        ("마을신문 제안 모음", ["read"], 90),
        ("도서관 알림판", ["read", "write:proposals"], 30),
    ):
        begun = now - timedelta(days=20)
        made = make_token(by=citizen, name=name, scopes=scopes, lifetime=timedelta(days=days), now=begun)
        ApiToken.objects.filter(pk=made.token.pk).update(last_used_at=now - timedelta(days=days // 30))
    revoke_token(by=citizen, token_id=made.token.pk, now=now - timedelta(days=1))
    url, kinds = "https://hooks.example.org/madang", ["proposal.created", "record.answered"]
    kept = operations.make_webhook(
        by=citizen, name="마을신문 편집실", url=url, kinds=kinds, place=place, now=now - timedelta(days=20)
    )
    operations.switch(webhook_id=kept.webhook.pk, by=citizen, on=False, now=now)
    _told(kept.webhook, now)


def _told(webhook: Webhook, now: datetime) -> None:
    """What its log holds: one that came through at once, one at the second attempt, and a test."""
    for days, kind, attempts in ((12, messages.PING, 1), (7, "record.answered", 2), (2, "proposal.created", 1)):
        at = now - timedelta(days=days)
        WebhookDelivery.objects.create(
            webhook=webhook, message=uuid.uuid5(uuid.NAMESPACE_URL, f"{webhook.url}#{days}"), kind=kind, created_at=at,
            next_at=at, attempts=attempts, status="delivered", answered=204,
            settled_at=at + timedelta(minutes=attempts),
        )  # fmt: skip
