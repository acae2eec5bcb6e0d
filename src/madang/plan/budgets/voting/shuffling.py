"""The order in which a voter sees the projects: by chance, so that none gains by its place; stable for the voter."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def shuffled(numbers: Iterable[int], *, voter: int | str, seed: int) -> list[int]:
    """The numbers in the order of the hashes of (seed, voter, number): the same for a voter on every device.

    >>> shuffled([1, 2, 3], voter=7, seed=1) == shuffled([3, 2, 1], voter=7, seed=1)
    True
    """
    return sorted(numbers, key=lambda number: hashlib.sha256(f"{seed}|{voter}|{number}".encode()).digest())
