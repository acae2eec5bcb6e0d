"""The export that lies ready for anybody."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.files.storage import default_storage

FOLDER = "record"
NAME = re.compile(r"record-(\d+)\.jsonl\.gz")


@dataclass(frozen=True)
class Published:
    """Where the file is, how large, and the checkpoint with which it was written."""

    url: str
    size: int
    checkpoint: int


def names() -> list[str]:
    """The exports that lie there, oldest checkpoint first."""
    try:
        _folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    found = sorted((int(one[1]), one[0]) for one in map(NAME.fullmatch, files) if one)
    return [f"{FOLDER}/{name}" for _number, name in found]


def published() -> Published | None:
    """The newest export, None where none was written yet (no query)."""
    if not (found := names()):
        return None
    number = NAME.search(found[-1])
    return Published(default_storage.url(found[-1]), default_storage.size(found[-1]), int(number[1]) if number else 0)
