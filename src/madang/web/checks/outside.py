"""What answers from outside this program: the tokenizer's process, the mail server."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone

from madang.ground.footing.checks import Problem
from madang.web.checks.settings import is_demo

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 5
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def tokenizer() -> Iterator[Problem]:
    from madang.ground.participation.search import client

    if not client.is_alive():
        yield Problem(
            f"No tokenizer answers at {settings.TOKENIZER_SOCKET}: search uses a weaker fallback.",
            "Run `madang tokenizer` (`madang serve` starts it by itself).",
        )


def push() -> Iterator[Problem]:
    """The key of web push, where it is kept in a file, is one that browsers take: on the curve P-256."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if settings.VAPID_PRIVATE_KEY or not settings.VAPID_FILE.exists():
        return
    try:
        key = load_pem_private_key(settings.VAPID_FILE.read_bytes(), password=None)
        fits = isinstance(getattr(key, "curve", None), SECP256R1)
    except (OSError, ValueError):
        fits = False
    if not fits:
        yield Problem(
            f"{settings.VAPID_FILE} holds no key with which push notices can be signed.",
            "Bring it back from where you keep it; a new one makes every browser subscribe again.",
        )


def deliveries() -> Iterator[Problem]:
    """Mails and pushes leave; what was given up is read by somebody."""
    from madang.ground.participation.queries.notices import given_up

    if dead := given_up(since=timezone.now() - timedelta(days=1)):
        yield Problem(
            f"{dead} mails or pushes were given up within a day.",
            "Read why under Deliveries in the administration; mostly the mail server does not answer.",
        )


def mail() -> Iterator[Problem]:
    """The server takes a connection with our name and password; no mail is sent."""
    if settings.EMAIL_BACKEND != SMTP:
        if not is_demo():
            yield Problem(
                "Mails are printed and reach nobody.", "Set MADANG_SMTP_HOST and, if need be, user and password."
            )
        return
    server = get_connection(timeout=SECONDS)
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        server.open()
        code, _ = server.connection.noop()  # type: ignore[attr-defined]
        server.close()
    except smtplib.SMTPAuthenticationError:
        yield Problem(f"{where} refuses our name or password.", "Correct MADANG_SMTP_USER and MADANG_SMTP_PASSWORD.")
        return
    except (OSError, smtplib.SMTPException) as error:
        yield Problem(f"{where} takes no mail: {error}", "Check MADANG_SMTP_HOST, MADANG_SMTP_PORT and the firewall.")
        return
    if code != 250:
        yield Problem(f"{where} answers {code}.", "Ask who runs the mail server.")
