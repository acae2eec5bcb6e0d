"""Sending a text message: by an HTTP gateway, or, where none is set, by mail to a number that does not exist."""

from __future__ import annotations

import re
from typing import Protocol

import httpx
from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _


class NotSentError(Exception):
    """The gateway took no message. The text says what to do."""


class Gateway(Protocol):
    """What sends text messages."""

    def send(self, number: str, text: str) -> None:
        """Send, or raise NotSentError. `number` is as `normal` gives it."""


def normal(number: str) -> str:
    """A Korean mobile number as +82…; empty where it is none."""
    digits = re.sub(r"[\s\-().]", "", number)
    digits = re.sub(r"^(\+?82)0?", "0", digits) if digits.startswith(("+82", "82")) else digits
    return f"+82{digits[1:]}" if re.fullmatch(r"01[016789]\d{7,8}", digits) else ""


class HttpGateway:
    """POST {"to": "+8210…", "text": "…"} with a bearer token; any 2xx says it was taken."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, number: str, text: str) -> None:
        try:
            answer = httpx.post(
                self._url,
                json={"to": number, "text": text},
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=10,
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise NotSentError(_("The message could not be sent. Nothing was changed: try again later.")) from error


class MailGateway:
    """For trying: the message goes where the site's mail goes (printed, or into files)."""

    def send(self, number: str, text: str) -> None:
        send_mail(text, text, None, [f"{number.lstrip('+')}@sms.invalid"])


def gateway() -> Gateway:
    """The gateway that this site has set up."""
    if settings.SMS_GATEWAY:
        return HttpGateway(settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN)
    return MailGateway()
