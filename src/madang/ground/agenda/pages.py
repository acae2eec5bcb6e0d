"""The registry by which a later stage shows the evidence of an item in full, a page at a time.

The agenda knows that voices stand behind an item, not what a voice is: the app that knows registers here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from madang.ground.agenda.models import AgendaItem


@dataclass(frozen=True)
class EvidencePage:
    """query: (item, cursor) → template context with at most four queries; template: drawn with it."""

    query: Callable[[AgendaItem, str], dict[str, object]] = field(repr=False)
    template: str


_pages: dict[str, EvidencePage] = {}


def register(page: EvidencePage) -> None:
    """Name the one page that lists an item's evidence; a second one raises ValueError."""
    if _pages.setdefault("evidence", page) != page:
        raise ValueError("The evidence page is registered twice.")


def evidence_page() -> EvidencePage | None:
    return _pages.get("evidence")
