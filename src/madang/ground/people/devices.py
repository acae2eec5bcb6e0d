"""Browsers by the names people give them: "Chrome on Windows" instead of 120 characters."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _
from ua_parser import parse


@lru_cache(maxsize=1024)
def _families(agent: str) -> tuple[str, str]:
    found = parse(agent[:400])
    browser = found.user_agent.family if found and found.user_agent else ""
    system = found.os.family if found and found.os else ""
    return _plain(browser), _plain(system)


def _plain(family: str) -> str:
    """Without the parts that only engineers tell apart."""
    plain = {"Mac OS X": "macOS", "Mobile Safari": "Safari", "Chrome Mobile": "Chrome", "Firefox Mobile": "Firefox"}
    return plain.get(family, "" if family == "Other" else family)


def device_name(agent: str) -> str:
    """The browser and the system that a User-Agent header names."""
    browser, system = _families(agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown browser")
