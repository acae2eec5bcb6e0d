"""Settings that are unsafe, contradict each other or are easy to guess."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from madang.ground.footing.checks import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

RANDOM = "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
KEYS = {"SECRET_KEY": 50, "IDENTITY_KEY": 32}


def is_demo() -> bool:
    return getattr(settings, "DEMO", False)


def problems() -> Iterator[Problem]:
    """Django's own checks, those for deployment too, and what Django cannot know."""
    for found in checks.run_checks(include_deployment_checks=not is_demo()):
        if found.level >= checks.WARNING and not found.is_silenced():
            yield Problem(str(found.msg), found.hint or f"See Django's documentation of the check {found.id}.")
    if not is_demo():
        yield from _deployed()


def _deployed() -> Iterator[Problem]:
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https":
        yield Problem(
            f"Mails and calendars point to {settings.BASE_URL}, which is not served over TLS.",
            "Set MADANG_BASE_URL to the site's address with https.",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Problem("Every host name is accepted.", "List the site's own names in MADANG_ALLOWED_HOSTS.")
    elif address.hostname and not _allowed(address.hostname):
        yield Problem(
            f"The address of the site ({address.hostname}) is not among its host names.",
            "Add it to MADANG_ALLOWED_HOSTS.",
        )
    if not settings.TRUSTED_PROXIES and settings.SECURE_SSL_REDIRECT:
        yield Problem(
            "No proxy is trusted, so every visitor seems to come over plain HTTP and is redirected for ever.",
            "Set MADANG_TRUSTED_PROXIES to the number of your own proxies before the site (mostly 1).",
        )


def _allowed(host: str) -> bool:
    return any(host == one or (one.startswith(".") and host.endswith(one)) for one in settings.ALLOWED_HOSTS)


def secrets() -> Iterator[Problem]:
    """Keys that are missing, short, easy to guess or one and the same."""
    if is_demo():
        return
    for name, length in KEYS.items():
        value: str = getattr(settings, name, "")
        if len(value) < length or len(set(value)) < 12:
            yield Problem(
                f"MADANG_{name} is shorter than {length} characters or made of too few different ones.",
                f"Make a random one ({RANDOM}); keep it apart from the backups.",
            )
    if settings.SECRET_KEY and getattr(settings, "IDENTITY_KEY", "") == settings.SECRET_KEY:
        yield Problem("MADANG_IDENTITY_KEY is the same as MADANG_SECRET_KEY.", f"Make another one ({RANDOM}).")
