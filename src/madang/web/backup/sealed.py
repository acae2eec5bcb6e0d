"""Encryption of a stream whose length nobody knows: chunks under AES-256-GCM, in order, with a marked end.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): each chunk's nonce holds its number and whether it
is the last, so that chunks cannot be dropped, moved, repeated or cut off. The key comes from a passphrase by scrypt.
"""

from __future__ import annotations

import os
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from madang.web.backup.errors import BackupError, DamagedError

MAGIC = b"MADANG-SEALED-1\n"
CHUNK = 1 << 16
TAG = 16
# scrypt's costs: 128 MB and a third of a second for each guess at the passphrase.
LOG_N, R, P = 17, 8, 1
DAMAGED = "The archive is damaged, or the passphrase is another: nothing was restored."


def _key(passphrase: bytes, salt: bytes, log_n: int) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << log_n, r=R, p=P).derive(passphrase))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class Sealer:
    """A file to write to; what it writes is sealed. `close` writes the last chunk, without which nothing opens."""

    def __init__(self, raw: IO[bytes], passphrase: bytes, *, log_n: int = LOG_N) -> None:
        salt, self._prefix = os.urandom(16), os.urandom(7)
        self._raw, self._held, self._number = raw, bytearray(), 0
        self._head = MAGIC + bytes([log_n]) + salt + self._prefix
        self._aead = _key(passphrase, salt, log_n)
        raw.write(self._head)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        self._held += data
        # One byte more than a chunk must be held: only then is this chunk not the last.
        while len(self._held) > CHUNK:
            self._chunk(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(memoryview(data))

    def close(self) -> None:
        self._chunk(bytes(self._held), last=True)

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        self._raw.write(self._aead.encrypt(_nonce(self._prefix, self._number, last=last), plain, self._head))
        self._number += 1


class Opener:
    """A file to read from; every byte that it gives was proved to be what was sealed. Raises DamagedError."""

    def __init__(self, raw: IO[bytes], passphrase: bytes) -> None:
        self._raw = raw
        self._head = raw.read(len(MAGIC) + 1 + 16 + 7)
        if len(self._head) < len(MAGIC) + 24 or not self._head.startswith(MAGIC):
            raise DamagedError(DAMAGED)
        log_n, salt = self._head[len(MAGIC)], self._head[len(MAGIC) + 1 : len(MAGIC) + 17]
        if not 10 <= log_n <= 22:
            raise DamagedError(DAMAGED)
        self._prefix = self._head[-7:]
        self._aead = _key(passphrase, salt, log_n)
        self._ahead = raw.read(CHUNK + TAG)
        self._held, self._number, self._over = bytearray(), 0, False

    def read(self, size: int = -1) -> bytes:
        while not self._over and (size < 0 or len(self._held) < size):
            self._held += self._next()
        size = len(self._held) if size < 0 else size
        given = bytes(self._held[:size])
        del self._held[:size]
        return given

    def _next(self) -> bytes:
        sealed, self._ahead = self._ahead, self._raw.read(CHUNK + TAG)
        self._over = not self._ahead
        try:
            plain = self._aead.decrypt(_nonce(self._prefix, self._number, last=self._over), sealed, self._head)
        except InvalidTag:
            raise DamagedError(DAMAGED) from None
        self._number += 1
        return plain


def passphrase_of(path: str | os.PathLike[str]) -> bytes:
    """The passphrase in a file: its first line. Raises BackupError."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path of either kind
            line = file.readline().strip()
    except OSError as error:
        raise BackupError(
            f"{path}: cannot be read ({error.strerror}); give the file that holds the passphrase."
        ) from None
    if len(line) < 12:
        raise BackupError(f"{path}: the passphrase must have at least 12 characters; make a longer one.")
    return line
