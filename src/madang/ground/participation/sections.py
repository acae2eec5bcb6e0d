"""The registry by which later stages show their part on a person's own pages under /me/.

An app registers in its `ready()`; the page draws whatever is registered, in order, and never asks which app it
came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section; the same key twice is a programmer's mistake and raises ValueError."""
    if section.key in _sections and _sections[section.key] != section:
        raise ValueError(f"The section {section.key!r} is registered twice.")
    _sections[section.key] = section


def registered() -> list[Section]:
    """All sections in the order of the tabs."""
    return sorted(_sections.values(), key=lambda section: (section.order, section.key))


def find(key: str) -> Section | None:
    return _sections.get(key)
