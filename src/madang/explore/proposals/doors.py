"""The registry by which other apps offer something beside a theme: a link, for those to whom it is open.

An app registers in its `ready()`; the theme's page draws whatever is registered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from madang.explore.proposals.models import Theme


@dataclass(frozen=True)
class Door:
    """label: lazy string; address: (theme, viewer) → where it leads, "" where it is not open to them."""

    key: str
    label: object
    address: Callable[[Theme, object], str] = field(repr=False)
    order: int = 100


_doors: Registry[Door] = Registry("door of a theme")
register = _doors.register


def doors_of(theme: Theme, viewer: object) -> list[dict[str, object]]:
    """Those that are open to this viewer."""
    found = ((door, door.address(theme, viewer)) for door in _doors)
    return [{"label": door.label, "url": url} for door, url in found if url]
