"""The registry by which later stages show their part on an agenda item's thread page.

An app registers in its `ready()`; the thread page draws whatever is registered, in order, and never asks which
app it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from madang.ground.agenda.models import AgendaItem


@dataclass(frozen=True)
class Panel:
    """One part of the thread page.

    key: anchor and identity; title: lazy string; stage: a Stage value; order: place among the panels;
    query: (item, viewer) → template context, at most two database queries, {} where there is nothing to show;
    template: drawn with that context plus `item`; head: drawn above the sections without a heading, for a button;
    later: drawn with the others of its stage by a request of their own (agenda:part), so that the thread page costs
    the same however many rooms show their part on it. Whatever a reader need not see first is `later`.
    """

    key: str
    title: object
    stage: str
    order: int
    query: Callable[[AgendaItem, object], dict[str, object]] = field(repr=False)
    template: str
    head: bool = False
    later: bool = False


_panels: Registry[Panel] = Registry("panel")
register = _panels.register


def registered() -> list[Panel]:
    """All panels in the order in which the page shows them."""
    return list(_panels)


def first() -> list[Panel]:
    """Those that the thread page draws itself."""
    return [panel for panel in _panels if not panel.later]


def later(stage: str) -> list[Panel]:
    """Those of a stage that are drawn together by their own request."""
    return [panel for panel in _panels if panel.later and panel.stage == stage]


def later_stages() -> list[str]:
    """The stages that have such panels, in the order of the first of each."""
    return list(dict.fromkeys(panel.stage for panel in _panels if panel.later))
