"""The private keys, which live outside the database: whoever steals a backup of it can sign nothing."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SEED_BYTES = 32


def origin() -> str:
    """The name under which the log signs, from the site's address: record.example.go.kr/record."""
    return f"{urlsplit(settings.BASE_URL).netloc or 'madang'}/record"


def seeds() -> list[bytes]:
    """The private keys, the current one first: from MADANG_RECORD_KEY, else from the file, which is made at first."""
    if settings.RECORD_KEY:
        return [_seed(one, "MADANG_RECORD_KEY") for one in settings.RECORD_KEY.split(",")]
    path = Path(settings.RECORD_KEY_FILE)
    if not path.exists():
        _make(path)
    return [_seed(line, str(path)) for line in path.read_text().split()]


def rotate() -> None:
    """Put a fresh key before the others in the file. Raises ImproperlyConfigured where the environment holds them."""
    if settings.RECORD_KEY:
        raise ImproperlyConfigured("Put the new key first in MADANG_RECORD_KEY, a comma, then the one before.")
    path = Path(settings.RECORD_KEY_FILE)
    former = path.read_text() if path.exists() else ""
    fresh = path.with_suffix(".new")
    _write(fresh, f"{_new()}\n{former}")
    fresh.replace(path)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Where two processes make it at once, the second finds the first one's.
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    _write(fresh, f"{_new()}\n")
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)


def _new() -> str:
    return base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()


def _seed(text: str, where: str) -> bytes:
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != SEED_BYTES:
        raise ImproperlyConfigured(f"{where} does not hold a key: 32 random bytes in base64, the current one first.")
    return seed
