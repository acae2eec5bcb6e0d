"""The way in which a higher room adds to what a lower one shows: it registers in its `ready()`.

The lower room draws whatever is registered and never asks where it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator


class Keyed(Protocol):
    """Anything that has an identity among its like."""

    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=Keyed)


class Registry(Generic[Entry]):
    """Entries by key, in the order of `order` (where they have one) and key."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._entries: dict[str, Entry] = {}

    def register(self, entry: Entry) -> Entry:
        """Add an entry; a different one under the same key is a programmer's mistake and raises ValueError."""
        if self._entries.setdefault(entry.key, entry) != entry:
            raise ValueError(f"The {self._what} {entry.key!r} is registered twice.")
        return entry

    def find(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def __getitem__(self, key: str) -> Entry:
        return self._entries[key]

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self._entries.values(), key=lambda entry: (getattr(entry, "order", 0), entry.key)))

    def __len__(self) -> int:
        return len(self._entries)
