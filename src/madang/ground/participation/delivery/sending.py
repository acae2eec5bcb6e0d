"""Sending what is due: take one from the outbox, ask whether it is still wanted, send it, say what became of it."""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import TYPE_CHECKING

from django.core import mail
from django.utils import timezone

from madang.ground.participation.delivery import digests, letters, outbox, webpush
from madang.ground.participation.delivery.outbox import Dropped, Failed, Sent
from madang.ground.participation.delivery.wanted import refusal
from madang.ground.participation.models import Channel, Suppression
from madang.ground.participation.operations.wishes import suppress

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.core.mail import EmailMultiAlternatives
    from django.core.mail.backends.base import BaseEmailBackend

    from madang.ground.participation.delivery.outbox import Outcome
    from madang.ground.participation.models import Delivery

logger = logging.getLogger(__name__)


def deliver(*, clock: Callable[[], datetime] = timezone.now, limit: int = 5_000) -> Counter[str]:
    """Send what is due, one by one, until nothing is or `limit` were tried; how each ended.

    The clock is asked anew for each: a long run must not send into hours that have become quiet meanwhile.
    """
    done: Counter[str] = Counter()
    connection = mail.get_connection()
    try:
        for _ in range(limit):
            delivery = outbox.claim(now=clock())
            if delivery is None:
                break
            outcome = _try(delivery, connection, clock())
            outbox.finish(delivery, outcome, now=clock())
            done[type(outcome).__name__.lower()] += 1
    finally:
        connection.close()
    return done


def _try(delivery: Delivery, connection: BaseEmailBackend, now: datetime) -> Outcome:
    """One attempt. Whatever goes wrong is an outcome: one broken mail must not hold up the others."""
    try:
        return refusal(delivery, now=now) or _send(delivery, connection, now)
    except SMTPRecipientsRefused as refused:
        return _refused(delivery, refused, now)
    except (SMTPException, OSError) as error:
        with contextlib.suppress(SMTPException, OSError):
            connection.close()
        return Failed(f"{type(error).__name__}: {error}")
    except Exception as error:
        logger.exception("Delivery %s failed", delivery.pk)
        return Failed(f"{type(error).__name__}: {error}")


def _send(delivery: Delivery, connection: BaseEmailBackend, now: datetime) -> Outcome:
    if delivery.channel == Channel.PUSH:
        return webpush.push(delivery, now=now)
    letter = _letter(delivery)
    if letter is None:
        return Dropped("nothing left to tell")
    connection.send_messages([letter])
    return Sent(letters.identity(delivery))


def _letter(delivery: Delivery) -> EmailMultiAlternatives | None:
    if delivery.notice:
        return letters.notice_letter(delivery, delivery.notice)
    notices = digests.contents(delivery.digest) if delivery.digest else []
    return letters.digest_letter(delivery, notices) if notices else None


def _refused(delivery: Delivery, refused: SMTPRecipientsRefused, now: datetime) -> Outcome:
    """A mail server that does not know the address (5xx) is not asked again; a full mailbox (4xx) is."""
    code, text = next(iter(refused.recipients.values()), (0, b""))
    why = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    if 500 <= code < 600:
        suppress(email=delivery.user.email, cause=Suppression.Cause.BOUNCE, detail=why, now=now)
    return Failed(why, final=500 <= code < 600)
