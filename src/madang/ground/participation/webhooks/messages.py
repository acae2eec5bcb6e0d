"""What a webhook is told: that something happened, where it can be read, and nothing about persons.

Reasons, titles and names are read at the address; they may be withheld or hidden after the message has left.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from madang.ground.participation import things
from madang.ground.record import kinds as record_kinds

if TYPE_CHECKING:
    from madang.ground.participation.models import WebhookDelivery

PING = "ping"


def offered() -> list[tuple[str, str]]:
    """Every kind of event with its name: new things of each kind, then each kind of public decision."""
    created = [
        (f"{thing.key}.created", _("New: %(things)s") % {"things": thing.plural}) for thing in things.registered()
    ]
    return created + [(f"record.{kind.key}", str(kind.label)) for kind in record_kinds.registered()]


def body_of(delivery: WebhookDelivery) -> str | None:
    """The message as JSON; None where what it tells of is no longer public."""
    data = _entry(delivery) if delivery.entry_id else _thing(delivery) if delivery.subject_id else {}
    if data is None:
        return None
    told = {"type": delivery.kind, "timestamp": delivery.created_at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _entry(delivery: WebhookDelivery) -> dict[str, object]:
    entry = delivery.entry
    assert entry is not None
    return {
        "id": entry.pk,
        "kind": entry.kind,
        "subject": entry.subject,
        "place": entry.place.code,
        "office": entry.office_id,
        "at": entry.at.isoformat(),
        "api": f"{settings.BASE_URL}/api/v1/record/{entry.pk}",
    }


def _thing(delivery: WebhookDelivery) -> dict[str, object] | None:
    card = things.card(delivery.subject_id or 0)
    if card is None or not card.public:
        return None
    return {
        "id": card.pk,
        "kind": card.thing.key,
        "place": things.place_codes([card])[card.place_id],
        "at": card.at.isoformat(),
        "url": f"{settings.BASE_URL}{card.url}",
        "api": f"{settings.BASE_URL}/api/v1/things/{card.thing.key}/{card.pk}",
    }
