"""Somebody's webhooks, and what was sent to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from madang.ground.footing.keyset import Page, page
from madang.ground.participation.models import Webhook, WebhookDelivery
from madang.ground.participation.permissions import KEEP_WEBHOOK
from madang.ground.people.models import Organization
from madang.ground.people.permissions import scope

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from madang.ground.people.models import User


def webhooks_of(user: User) -> QuerySet[Webhook]:
    """Those that a person keeps, alone or for an organization, newest first."""
    rows = scope(user, KEEP_WEBHOOK, Webhook.objects.all()).select_related("organization", "place")
    return rows.defer("place__boundary").order_by("-created_at", "-pk")


def webhook(user: User, pk: int) -> Webhook:
    """One of them. Raises Webhook.DoesNotExist, also for somebody else's."""
    return webhooks_of(user).get(pk=pk)


def deliveries(of: Webhook, *, after: str = "", size: int = 20) -> Page[WebhookDelivery]:
    """What was sent, newest first."""
    return page(WebhookDelivery.objects.filter(webhook=of), by=("-created_at", "-id"), after=after, size=size)


def delivery(user: User, webhook_id: int, pk: int) -> WebhookDelivery:
    """One delivery of one's own webhook. Raises WebhookDelivery.DoesNotExist."""
    mine = webhooks_of(user).filter(pk=webhook_id)
    return WebhookDelivery.objects.select_related("webhook").get(pk=pk, webhook__in=mine.values("pk"))


def represented(user: User) -> QuerySet[Organization]:
    """The organizations in whose name somebody may act."""
    return Organization.objects.filter(
        memberships__user=user, memberships__represents=True, memberships__ended_at=None, closed_at=None
    ).distinct()


def section(user: User, given: QueryDict) -> dict[str, object]:
    """The webhooks as one's own page lists them."""
    del given
    waiting = Count("deliveries", filter=Q(deliveries__status="pending"))
    return {"webhooks": list(webhooks_of(user).annotate(waiting=waiting)[:50])}
