"""A receipt: a code that only the voter has. Its hash stands in the published list; what was chosen does not."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable

# Without what is read for another: no 0 and O, 1 and I and L.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, SIZE = 4, 5


def code() -> str:
    """A new code of 20 letters (99 bits): `7KMPQ-…`."""
    letters = "".join(secrets.choice(LETTERS) for _place in range(GROUPS * SIZE))
    return "-".join(letters[at : at + SIZE] for at in range(0, len(letters), SIZE))


def read(text: str) -> str:
    """A code as somebody typed it, in its one form; "" where it is none.

    >>> read(" abcde fghjk-mnpqr stuvw ")
    'ABCDE-FGHJK-MNPQR-STUVW'
    """
    plain = re.sub(r"[\s\-–—]", "", text).upper()
    if len(plain) != GROUPS * SIZE or any(one not in LETTERS for one in plain):
        return ""
    return "-".join(plain[at : at + SIZE] for at in range(0, len(plain), SIZE))


def published(receipt: str) -> str:
    """What stands in the published list for a code: its SHA-256."""
    return hashlib.sha256(receipt.encode()).hexdigest()


def listing(receipts: Iterable[str]) -> str:
    """The published list of counted ballots: hashes in their own order, a line each; it tells no order of voting."""
    return "".join(f"{one}\n" for one in sorted(map(published, receipts)))
