"""What an entry is about, in words: rooms above name their things, since the record lies below them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """A subject's title and address, and what kind of thing it is."""

    title: str
    url: str
    label: str


Namer = Callable[[list[str]], Mapping[str, Named]]
_namers: list[Namer] = []


def plug(namer: Namer) -> None:
    """Add a function from subjects to names; what it doesn't know, or may not show, it leaves out."""
    if namer not in _namers:
        _namers.append(namer)


def named(subjects: Iterable[str]) -> dict[str, Named]:
    """The names of these subjects, as far as anybody knows them."""
    wanted = sorted(set(subjects))
    found: dict[str, Named] = {}
    for namer in _namers:
        found |= dict(namer([one for one in wanted if one not in found]))
    return found
