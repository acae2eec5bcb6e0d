"""Keeping webhooks: made, given a new secret, switched off and on, removed; deliveries tried again by hand."""

from __future__ import annotations

import base64
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.footing.outbound import checked
from madang.ground.participation.models import Webhook, WebhookDelivery
from madang.ground.participation.permissions import KEEP_WEBHOOK
from madang.ground.participation.webhooks import messages
from madang.ground.people.keyed import seal
from madang.ground.people.models import User
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from madang.ground.people.models import Organization
    from madang.ground.places.models import Place

PER_PERSON = 10
OVERLAP = timedelta(hours=24)
PINGS_WAITING = 5
BY_OWNER = gettext_noop("by its owner")


class WebhookRefusedError(Exception):
    """A webhook that cannot be made or used so. The message says what to do next."""


@dataclass(frozen=True)
class Kept:
    """A webhook and its new secret, which is told once."""

    webhook: Webhook
    secret: str


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def make_webhook(
    *, by: User, name: str, url: str, kinds: Collection[str], place: Place | None, now: datetime,
    organization: Organization | None = None,
) -> Kept:  # fmt: skip
    """Subscribe an address. Raises WebhookRefusedError, RefusedAddressError, PermissionDenied."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    if not name.strip():
        raise WebhookRefusedError(_("Give the webhook a name."))
    if unknown := set(kinds) - {key for key, _label in messages.offered()}:
        raise WebhookRefusedError(_("There is no event %(kind)s.") % {"kind": ", ".join(sorted(unknown))})
    if Webhook.objects.filter(user=by).count() >= PER_PERSON:
        raise WebhookRefusedError(_("You keep ten webhooks already. Remove one that you no longer need."))
    secret = _new_secret()
    webhook = Webhook(
        user=by, organization=organization, name=name.strip()[:60], url=checked(url).geturl()[:500],
        kinds=sorted(set(kinds)), place=place, secret=seal(secret), created_at=now,
    )  # fmt: skip
    require(by, KEEP_WEBHOOK, webhook)
    webhook.save(force_insert=True)
    return Kept(webhook, secret)


def _locked(webhook_id: int, by: User) -> Webhook:
    webhook = Webhook.objects.select_for_update(of=("self",)).select_related("organization").get(pk=webhook_id)
    require(by, KEEP_WEBHOOK, webhook)
    return webhook


@transaction.atomic
def renew_secret(*, webhook_id: int, by: User, now: datetime) -> Kept:
    """Give a webhook a new secret; messages carry the signatures of both for a day, so that nothing is lost."""
    webhook, secret = _locked(webhook_id, by), _new_secret()
    webhook.former_secret, webhook.former_until, webhook.secret = webhook.secret, now + OVERLAP, seal(secret)
    webhook.save(update_fields=["former_secret", "former_until", "secret"])
    return Kept(webhook, secret)


@transaction.atomic
def remove_webhook(*, webhook_id: int, by: User) -> None:
    """End a subscription with everything that waits."""
    _locked(webhook_id, by).delete()


@transaction.atomic
def switch(*, webhook_id: int, by: User, on: bool, now: datetime) -> Webhook:
    """Stop telling an address, or tell it again of what happens from now on."""
    webhook = _locked(webhook_id, by)
    webhook.failing_since = None
    webhook.disabled_at = None if on else webhook.disabled_at or now
    webhook.disabled_reason = "" if on else webhook.disabled_reason or BY_OWNER
    webhook.save(update_fields=["failing_since", "disabled_at", "disabled_reason"])
    return webhook


@transaction.atomic
def ping(*, webhook_id: int, by: User, now: datetime) -> WebhookDelivery:
    """Send an address a message that tells of nothing, to try it."""
    webhook = _locked(webhook_id, by)
    if webhook.disabled_at:
        raise WebhookRefusedError(_("This webhook is switched off. Switch it on first."))
    waiting = WebhookDelivery.objects.filter(webhook=webhook, kind=messages.PING, status="pending").count()
    if waiting >= PINGS_WAITING:
        raise WebhookRefusedError(_("Several tests are on their way already. Wait until they have arrived."))
    return WebhookDelivery.objects.create(
        webhook=webhook, message=uuid.uuid4(), kind=messages.PING, created_at=now, next_at=now
    )


@transaction.atomic
def redeliver(*, delivery_id: int, by: User, now: datetime) -> WebhookDelivery:
    """Try a delivery again, under the same name, so that the receiver knows whether it has it."""
    rows = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("webhook__organization")
    delivery = rows.get(pk=delivery_id)
    require(by, KEEP_WEBHOOK, delivery.webhook)
    if delivery.webhook.disabled_at:
        raise WebhookRefusedError(_("This webhook is switched off. Switch it on first."))
    if delivery.status != WebhookDelivery.Status.PENDING:
        delivery.status, delivery.settled_at, delivery.attempts, delivery.next_at = "pending", None, 0, now
        delivery.save(update_fields=["status", "settled_at", "attempts", "next_at"])
    return delivery
