"""What a person may show of themselves: each app registers a facet in its `ready()`, and the person chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from madang.ground.people.models import User


@dataclass(frozen=True)
class Facet:
    """One thing that a profile can show.

    key: kept in `User.shown`; label: lazy string; value: user → what stands beside the label, or "" (one query at
    most); hint: what exactly others will see; order: place on the page.
    """

    key: str
    label: object
    value: Callable[[User], object] = field(repr=False, compare=False)
    hint: object = ""
    order: int = 100


@dataclass(frozen=True)
class Line:
    """A facet as one person shows it."""

    key: str
    label: object
    value: object


_facets: Registry[Facet] = Registry("facet")
register, find = _facets.register, _facets.find


def registered() -> list[Facet]:
    """Every facet, in the order of the page."""
    return list(_facets)


def lines(user: User) -> list[Line]:
    """What this person chose to show, leaving out what is empty."""
    chosen = [(one, one.value(user)) for one in _facets if one.key in user.shown]
    return [Line(one.key, one.label, value) for one, value in chosen if value not in ("", None, [])]


def _home(user: User) -> str:
    return str(user.home) if user.home_id else ""


def _organizations(user: User) -> str:
    current = user.memberships.filter(ended_at=None).select_related("organization")
    return ", ".join(str(one.organization) for one in current[:20])


register(Facet("bio", _("About me"), lambda user: user.bio, order=10))
register(Facet("home", _("Home municipality"), _home, order=20))
register(Facet("organizations", _("Belongs to"), _organizations, order=40))
register(Facet("joined", _("Member since"), lambda user: user.joined_at, _("the month in which you joined"), order=30))
