"""Figures that roll up: an app says in its `ready()` how to count a thing by place; sums, pages and tables follow.

    figures.register(Figure("proposals", _("Proposals"), count=lambda now: Proposal.objects.filter(…)))

`count` returns rows that have a place; they are counted (or `total` is summed) by place in one query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True)
class Figure:
    """key: never renamed; label: lazy string; count: now → rows; total: a column to sum instead of counting rows;
    share_of: key of the figure of which this one is a part, so that a percentage is shown; group: heading of columns.
    """

    key: str
    label: object = field(compare=False)
    count: Callable[[datetime], QuerySet[Any]] = field(compare=False)
    total: str = ""
    share_of: str = ""
    group: object = field(default="", compare=False)
    order: int = 100


_figures: Registry[Figure] = Registry("figure")
register, find = _figures.register, _figures.find


def registered() -> list[Figure]:
    """Every figure, in the order of the columns."""
    return list(_figures)
