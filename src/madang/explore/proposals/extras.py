"""The registry by which later stages say on a proposal's page what they have made of it.

An app registers in its `ready()`; the page draws whatever is registered beside the words, in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from madang.explore.proposals.models import Proposal


@dataclass(frozen=True)
class Extra:
    """query: (proposal, viewer) → template context, at most two database queries; template: drawn with it."""

    key: str
    order: int
    query: Callable[[Proposal, object], dict[str, object]] = field(repr=False)
    template: str


_extras: Registry[Extra] = Registry("part of a proposal's page")
register = _extras.register


def drawn(proposal: Proposal, viewer: object) -> list[tuple[str, dict[str, object]]]:
    """(template, context) of each part."""
    return [(one.template, one.query(proposal, viewer)) for one in _extras]
