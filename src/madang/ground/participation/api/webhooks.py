"""One's own webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from madang.ground.footing.keyset import page
from madang.ground.footing.outbound import RefusedAddressError
from madang.ground.footing.rest import CURSOR, SIZE, Given, Paged, Shape, needs, paged, refuse
from madang.ground.participation.models import Webhook, WebhookDelivery
from madang.ground.participation.webhooks import operations, queries
from madang.ground.places.queries import place_by_code

router = Router(tags=["webhooks"])
AUTH = needs("webhooks")
refuse("invalid", RefusedAddressError)
refuse("conflict", operations.WebhookRefusedError)


class WebhookIn(Given):
    name: str = Field(min_length=1, max_length=60, examples=["우리 시스템"])
    url: str = Field(min_length=1, max_length=500, examples=["https://example.org/hooks/madang"])
    kinds: list[str] = Field(default_factory=list, max_length=100, description="Of which events; none: of all.")
    place: str | None = Field(None, max_length=10, description="Code of a place; those in it are included.")


class WebhookOut(Shape):
    id: int
    name: str
    url: str
    kinds: list[str]
    place: str | None
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str


class WebhookMade(WebhookOut):
    secret: str = Field(description="Told this once; with it messages are checked.")


class DeliveryOut(Shape):
    id: int
    message: str = Field(description="The webhook-id of the message: the same in every attempt.")
    kind: str
    status: str = Field(description="pending, delivered, dropped or dead")
    attempts: int
    answered: int | None = Field(None, description="Status of the last answer.")
    error: str = ""
    created_at: datetime
    settled_at: datetime | None = None


def _by(request: HttpRequest) -> Any:
    return request.user


def _out(webhook: Webhook) -> dict[str, Any]:
    names = ("name", "url", "kinds", "created_at", "failing_since", "disabled_at", "disabled_reason")
    place = webhook.place.code if webhook.place else None
    return {"id": webhook.pk, "place": place, **{name: getattr(webhook, name) for name in names}}


def _delivery(one: WebhookDelivery) -> dict[str, Any]:
    names = ("kind", "status", "attempts", "answered", "error", "created_at", "settled_at")
    return {"id": one.pk, "message": f"msg_{one.message.hex}", **{name: getattr(one, name) for name in names}}


@router.get("/me/webhooks", response=Paged[WebhookOut], auth=AUTH, operation_id="listWebhooks", summary="My webhooks")
def list_webhooks(request: HttpRequest, cursor: CURSOR = "", size: SIZE = 20) -> dict[str, object]:
    """One's own webhooks, and those of the organizations for which one acts; newest first."""
    rows = queries.webhooks_of(_by(request))
    return paged(request, page(rows, by=("-created_at", "-id"), after=cursor, size=size), _out)


@router.post(
    "/me/webhooks", response={201: WebhookMade}, auth=AUTH, operation_id="addWebhook", summary="Subscribe an address"
)
def add_webhook(request: HttpRequest, given: WebhookIn) -> Status:
    """Be told of what happens; the secret comes with this answer and never again."""
    place = place_by_code(given.place) if given.place else None
    kept = operations.make_webhook(
        by=_by(request), name=given.name, url=given.url, kinds=given.kinds, place=place, now=timezone.now()
    )
    return Status(201, {**_out(kept.webhook), "secret": kept.secret})


@router.get("/me/webhooks/{int:pk}", response=WebhookOut, auth=AUTH, operation_id="getWebhook", summary="A webhook")
def get_webhook(request: HttpRequest, pk: int) -> dict[str, object]:
    """One of one's own webhooks."""
    return _out(queries.webhook(_by(request), pk))


@router.delete(
    "/me/webhooks/{int:pk}", response={204: None}, auth=AUTH, operation_id="removeWebhook", summary="Remove it"
)
def remove_webhook(request: HttpRequest, pk: int) -> Status:
    """End a subscription; what waits is not sent any more."""
    operations.remove_webhook(webhook_id=queries.webhook(_by(request), pk).pk, by=_by(request))
    return Status(204, None)


@router.post(
    "/me/webhooks/{int:pk}/pings", response={202: DeliveryOut}, auth=AUTH, operation_id="pingWebhook", summary="Try it"
)
def ping_webhook(request: HttpRequest, pk: int) -> Status:
    """Have a message sent that tells of nothing."""
    found = queries.webhook(_by(request), pk)
    return Status(202, _delivery(operations.ping(webhook_id=found.pk, by=_by(request), now=timezone.now())))


@router.get(
    "/me/webhooks/{int:pk}/deliveries",
    response=Paged[DeliveryOut],
    auth=AUTH,
    operation_id="listDeliveries",
    summary="What was sent",
)
def list_deliveries(request: HttpRequest, pk: int, cursor: CURSOR = "", size: SIZE = 20) -> dict[str, object]:
    """What was sent to a webhook and what became of it, newest first."""
    return paged(request, queries.deliveries(queries.webhook(_by(request), pk), after=cursor, size=size), _delivery)


@router.put(
    "/me/webhooks/{int:pk}/deliveries/{int:delivery}/redelivery",
    response={202: DeliveryOut},
    auth=AUTH,
    operation_id="redeliver",
    summary="Send it again",
)
def redeliver(request: HttpRequest, pk: int, delivery: int) -> Status:
    """Have a message sent again under the same name."""
    found = queries.delivery(_by(request), pk, delivery)
    return Status(202, _delivery(operations.redeliver(delivery_id=found.pk, by=_by(request), now=timezone.now())))
