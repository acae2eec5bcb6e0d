"""Sending what waits. Each message is claimed for a while, sent outside of any transaction, and settled.

A worker that dies leaves its claims behind; they run out, and another worker sends the same message under the same
name: at least once, and recognizable.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop
from standardwebhooks.webhooks import Webhook as Signer

from madang.ground.footing import outbound
from madang.ground.participation.models import Webhook, WebhookDelivery
from madang.ground.participation.operations import tell
from madang.ground.participation.webhooks import messages
from madang.ground.people.keyed import unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TASK = "madang.webhooks.deliver"
LEASE = timedelta(minutes=2)
AT_ONCE, OF_ONE = 40, 5
# Minutes to the next attempt: nine more within three and a half days, then the message is given up.
WAITS = (1, 5, 30, 120, 300, 600, 840, 1200, 1440)
DISABLED_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)
GONE = 410
GONE_FOR_GOOD, FAILED = gettext_noop("its address said 410 Gone"), gettext_noop("its address failed for five days")
CLAIM = """
UPDATE ground_participation_webhookdelivery SET attempts = attempts + 1, next_at = %(until)s
WHERE status = 'pending' AND next_at <= %(now)s AND id IN (
    SELECT id FROM (
        SELECT d.id, row_number() OVER (PARTITION BY d.webhook_id ORDER BY d.next_at, d.id) AS place
        FROM ground_participation_webhookdelivery d JOIN ground_participation_webhook w ON w.id = d.webhook_id
        WHERE d.status = 'pending' AND d.next_at <= %(now)s AND w.disabled_at IS NULL
    ) waiting WHERE place <= %(of_one)s LIMIT %(at_once)s
) RETURNING id
"""


@dataclass(frozen=True)
class Parcel:
    """A message ready to be sent; without a body it is no longer to be."""

    delivery: WebhookDelivery
    body: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt: the status of the answer, or why there is none."""

    delivery: WebhookDelivery
    answered: int | None = None
    error: str = ""
    dropped: bool = False

    @property
    def arrived(self) -> bool:
        return self.answered is not None and 200 <= self.answered < 300


def deliver_due(*, clock: Callable[[], datetime], seconds: float = 50, threads: int = 8) -> int:
    """Send everything that is due, for at most so long; how many attempts were made."""
    start, count = clock(), 0
    with ThreadPoolExecutor(threads) as pool:
        while clock() - start < timedelta(seconds=seconds):
            parcels = claim(now=clock())
            if not parcels:
                break
            # The threads speak with the network alone; the database is left to this one.
            for outcome in pool.map(send, parcels):
                settle(outcome, now=clock())
                count += 1
    return count


def claim(*, now: datetime) -> list[Parcel]:
    """Take messages that are due, a few of each address, for as long as an attempt may last."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "of_one": OF_ONE, "at_once": AT_ONCE})
        ids = [row[0] for row in cursor.fetchall()]
    rows = WebhookDelivery.objects.filter(pk__in=ids).select_related("webhook", "entry__place")
    return [_parcel(row, now) for row in rows.defer("entry__place__boundary").order_by("pk")]


def _parcel(delivery: WebhookDelivery, now: datetime) -> Parcel:
    body = messages.body_of(delivery)
    if body is None:
        return Parcel(delivery, None)
    return Parcel(delivery, body.encode(), _headers(delivery, body, now))


def _headers(delivery: WebhookDelivery, body: str, now: datetime) -> dict[str, str]:
    webhook, moment = delivery.webhook, now.astimezone(UTC)
    secrets = [webhook.secret]
    if webhook.former_until and webhook.former_until > now:
        secrets.append(webhook.former_secret)
    name = f"msg_{delivery.message.hex}"
    signatures = [Signer(unseal(secret)).sign(name, moment, body) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Madang-Webhooks/1",
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def send(parcel: Parcel) -> Outcome:
    """Make the call. Touches no database."""
    if parcel.body is None:
        return Outcome(parcel.delivery, dropped=True)
    try:
        answer = outbound.post(parcel.delivery.webhook.url, parcel.body, parcel.headers)
    except (outbound.NoAnswerError, outbound.RefusedAddressError) as failed:
        return Outcome(parcel.delivery, error=str(failed)[:200])
    return Outcome(parcel.delivery, answered=answer.status)


@transaction.atomic
def settle(outcome: Outcome, *, now: datetime) -> None:
    """Keep what became of an attempt; a webhook that fails for days is switched off and its owner told."""
    webhook = Webhook.objects.select_for_update(of=("self",)).filter(pk=outcome.delivery.webhook_id).first()
    if webhook is None:
        return  # removed meanwhile, and its deliveries with it
    changes: dict[str, object] = {"answered": outcome.answered, "error": outcome.error}
    if outcome.arrived or outcome.dropped:
        changes |= {"status": "delivered" if outcome.arrived else "dropped", "settled_at": now}
    elif outcome.delivery.attempts > len(WAITS):
        changes |= {"status": "dead", "settled_at": now}
    else:
        changes["next_at"] = now + wait_after(outcome.delivery)
    # Somebody may have taken it up again where this attempt outlived its claim: only the last one settles it.
    mine = WebhookDelivery.objects.filter(pk=outcome.delivery.pk, attempts=outcome.delivery.attempts, status="pending")
    mine.update(**changes)
    if not outcome.dropped:
        _judge(webhook, outcome, now)


def wait_after(delivery: WebhookDelivery) -> timedelta:
    """The time to the next attempt, spread by up to a tenth so that a fallen address is not met by all at once."""
    wait = timedelta(minutes=WAITS[min(delivery.attempts, len(WAITS)) - 1])
    seed = hashlib.sha256(f"{delivery.message}:{delivery.attempts}".encode()).digest()
    return wait * (1 + (int.from_bytes(seed[:4], "big") / 2**32 - 0.5) / 5)


def _judge(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    if outcome.arrived:
        if webhook.failing_since:
            Webhook.objects.filter(pk=webhook.pk).update(failing_since=None)
        return
    since = webhook.failing_since or now
    gone = outcome.answered == GONE
    if webhook.disabled_at is None and (gone or now - since >= DISABLED_AFTER):
        reason = GONE_FOR_GOOD if gone else FAILED
        Webhook.objects.filter(pk=webhook.pk).update(failing_since=since, disabled_at=now, disabled_reason=reason)
        _tell_disabled(webhook, now)
    elif webhook.failing_since is None:
        Webhook.objects.filter(pk=webhook.pk).update(failing_since=now)


def _tell_disabled(webhook: Webhook, now: datetime) -> None:
    tell(
        users=[webhook.user_id],
        kind="webhook_disabled",
        message=gettext_noop("Your webhook “%(name)s” was switched off: its address did not take what we sent."),
        params={"name": webhook.name},
        url=f"/me/webhooks/{webhook.pk}",
        key=f"webhook_disabled:{webhook.pk}:{int(now.timestamp())}",
        now=now,
    )


def forget_settled(*, now: datetime, batch: int = 5_000) -> int:
    """Forget what was settled a month ago, and what waits for an address that was switched off as long ago."""
    old = now - KEPT
    over = Q(settled_at__lt=old) | Q(status="pending", webhook__disabled_at__lt=old)
    rows: Iterable[int] = WebhookDelivery.objects.filter(over).values_list("pk", flat=True)[:batch]
    return WebhookDelivery.objects.filter(pk__in=list(rows)).delete()[0]
