"""The registry of ways by which a level is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madang.ground.footing.registry import Registry
from madang.ground.people.models import Level

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Way:
    """One way to a level. page: URL name where it begins; lasts: how long it holds; open: whether it is set up here."""

    key: str
    level: Level
    label: object
    page: str
    lasts: timedelta | None = None
    open: Callable[[], bool] = field(default=lambda: True, repr=False, compare=False)
    order: int = 100


_ways: Registry[Way] = Registry("way of verification")
register, find = _ways.register, _ways.find


def registered() -> list[Way]:
    """Every way, in order of the page."""
    return list(_ways)


YEAR = timedelta(days=365)
register(Way("email", Level.EMAIL, _("By a link in a mail"), "account_email", order=1))
register(Way("phone", Level.PHONE, _("By a code in a text message"), "people:phone", 2 * YEAR, order=2))
register(
    Way(
        "service", Level.RESIDENT, _("By the identity service"), "people:resident", 2 * YEAR,
        open=lambda: bool(settings.IDENTITY_SERVICE), order=3,
    )
)  # fmt: skip
register(Way("counter", Level.RESIDENT, _("At a counter, with an identity card"), "people:slip", 2 * YEAR, order=4))
register(
    Way(
        "official_email", Level.OFFICIAL, _("By an official e-mail address"), "people:official", YEAR,
        open=lambda: bool(settings.OFFICIAL_DOMAINS), order=5,
    )
)  # fmt: skip
register(Way("official_counter", Level.OFFICIAL, _("By an administrator"), "people:slip", YEAR, order=6))
