"""Giving an entry its bytes: what is public for good stands in them, what may be forgotten only as a salted commitment.

Works on attributes alone, so that the migration that sealed the first entries uses it too. Format: docs/record.md.
"""

from __future__ import annotations

import secrets
from datetime import UTC
from typing import TYPE_CHECKING, Any

from madang.engines.ledger.canonical import SALT_BYTES, canonical_json, commitment, entry_bytes
from madang.engines.ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from datetime import datetime

# An entry about a person names the person only in a commitment: `user:17` stands in the bytes as `user`.
PERSONAL = ("user:", "person:")
PARTS = ("actor", "reason", "data")


def seal(entry: Any) -> None:
    """Draw the salts of an entry and give it its bytes and leaf hash."""
    personal = entry.subject.startswith(PERSONAL)
    for part in (*PARTS, *(["subject"] if personal else [])):
        setattr(entry, f"{part}_salt", secrets.token_bytes(SALT_BYTES))
    entry.canonical = bytes_of(entry, {part: commitment(salt, value) for part, salt, value in openings_of(entry)})
    entry.leaf_hash = leaf_hash(entry.canonical)


def openings_of(entry: Any) -> list[tuple[str, bytes, str]]:
    """What can still be opened of an entry: (part, salt, value that was committed to)."""
    parts = (*PARTS, "subject")
    salts = [(part, getattr(entry, f"{part}_salt")) for part in parts]
    return [(part, bytes(salt), value_of(entry, part)) for part, salt in salts if salt is not None]


def value_of(entry: Any, part: str) -> str:
    """The text to which the commitment of a part binds."""
    if part == "actor":
        return f"user:{entry.actor_id}" if entry.actor_id else ""
    return canonical_json(entry.data).decode() if part == "data" else str(getattr(entry, part))


def bytes_of(entry: Any, commitments: dict[str, str]) -> bytes:
    """The bytes of an entry with these commitments."""
    office, subject = entry.office, entry.subject
    fields = {
        "at": stamp(entry.at),
        "kind": entry.kind,
        "office": office and {"key": office.key, "name": office.name_ko, "place": _code_of(entry)},
        "place": {"code": entry.place.code, "name": entry.place.name_ko},
        "subject": subject.partition(":")[0] if "subject" in commitments else subject,
    }
    return entry_bytes(fields=fields, commitments=commitments)


def stamp(at: datetime) -> str:
    """A moment in UTC to the microsecond: 2026-11-24T22:04:35.123456Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _code_of(entry: Any) -> str:
    """The code of the office's place, without a query where it is the entry's own."""
    own = entry.office.place_id == entry.place_id
    return entry.place.code if own else entry.office.place.code
