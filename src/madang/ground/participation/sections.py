"""The registry by which later stages show their part on a person's own pages under /me/.

An app registers in its `ready()`; the page draws whatever is registered, in order, and never asks which app it
came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from madang.ground.people.models import User


@dataclass(frozen=True)
class Section:
    """One page of a person's own.

    key: its address under /me/; title: lazy string; order: place among the tabs;
    query: (user, GET parameters) → template context, at most five database queries; template: drawn with it.
    """

    key: str
    title: object
    order: int
    query: Callable[[User, QueryDict], dict[str, object]] = field(repr=False)
    template: str


_sections: Registry[Section] = Registry("section")
register, find = _sections.register, _sections.find


def registered() -> list[Section]:
    """All sections in the order of the tabs."""
    return list(_sections)
