"""What can happen on the public record. Rooms above add their own kinds in their `ready()`."""

from __future__ import annotations

from dataclasses import dataclass

from madang.ground.footing.registry import Registry


@dataclass(frozen=True)
class Kind:
    """key: at most 24 letters, kept in every entry and never renamed; label: lazy string."""

    key: str
    label: object


_kinds: Registry[Kind] = Registry("kind of entry")


def register(key: str, label: object) -> Kind:
    """Add a kind of entry, such as `register("granted", _("Role granted"))`."""
    return _kinds.register(Kind(key, label))


def label_of(key: str) -> str:
    """The name of a kind in the reader's language; the key itself for one that nobody knows any more."""
    kind = _kinds.find(key)
    return str(kind.label) if kind else key


def is_known(key: str) -> bool:
    return key in _kinds


def registered() -> list[Kind]:
    """Every kind, in the order of their names."""
    return sorted(_kinds, key=lambda kind: str(kind.label))
