"""Checkpoints and their signatures: C2SP signed-note, tlog-checkpoint and tlog-cosignature over Ed25519."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Sequence

# The kinds of Ed25519 signatures: over the note itself, and over the note with a time (a witness's).
PLAIN, TIMED = 1, 4
DASH = "\u2014"


class NoteError(ValueError):
    """A note or key that can't be read, or a signature that doesn't hold; the message says which."""


@dataclass(frozen=True)
class Key:
    """The public half of a key: the name of its owner, the kind of its signatures, 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key on one line, as others keep it: name+id+base64."""
        return f"{self.name}+{self.key_id.hex()}+{_b64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True)
class Signature:
    """One line under a note."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"{DASH} {self.name} {_b64(self.key_id + self.value)}\n"

    @property
    def seconds(self) -> int | None:
        """When a witness saw the note, in seconds since 1970; None for a signature without a time."""
        return int.from_bytes(self.value[:8], "big") if len(self.value) == 72 else None


@dataclass(frozen=True)
class Note:
    """A text with signatures."""

    body: str
    signatures: tuple[Signature, ...] = field(default=())

    @property
    def text(self) -> str:
        return f"{self.body}\n{''.join(one.line for one in self.signatures)}"


@dataclass(frozen=True)
class Checkpoint:
    """What a log promises at a size: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), _b64(self.root), *self.extensions))


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _unb64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(f"{what} is not base64.") from None


def key_of(seed: bytes, name: str, kind: int = PLAIN) -> Key:
    """The public key of a private one (its 32-byte seed)."""
    return Key(name, kind, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def read_key(text: str) -> Key:
    """A key from its line `name+id+base64`. Raises NoteError."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not parts[0] or any(one.isspace() for one in parts[0]):
        raise NoteError("A key is one line of the form name+id+base64.")
    raw = _unb64(parts[2], "The key")
    if len(raw) != 33 or raw[0] not in {PLAIN, TIMED}:
        raise NoteError("Only Ed25519 keys are read: kind 1 (notes) or 4 (timed cosignatures), then 32 bytes.")
    key = Key(parts[0], raw[0], raw[1:])
    if key.key_id.hex() != parts[1]:
        raise NoteError("The id of the key does not belong to its bytes: a letter was lost or changed.")
    return key


def read_note(text: str) -> Note:
    """A note from its text. Raises NoteError."""
    body, gap, tail = text.replace("\r\n", "\n").rpartition("\n\n")
    lines = tail.removesuffix("\n").split("\n")
    if not gap or not lines[0]:
        raise NoteError("A signed note is a text, an empty line, and lines that begin with —.")
    return Note(f"{body}\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != DASH:
        raise NoteError("A line of signature is: —, the name of the key, base64, with one space between.")
    raw = _unb64(parts[2], f"The signature of {parts[1]}")
    if len(raw) < 5:
        raise NoteError(f"The signature of {parts[1]} is too short.")
    return Signature(parts[1], raw[:4], raw[4:])


def read_checkpoint(note: Note) -> Checkpoint:
    """The checkpoint that a note holds. Raises NoteError."""
    lines = note.body.removesuffix("\n").split("\n")
    if len(lines) < 3 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise NoteError("A checkpoint has a name, a size and a root, each on its line.")
    if str(int(lines[1])) != lines[1]:
        raise NoteError("The size of a checkpoint has no leading zeros.")
    root = _unb64(lines[2], "The root")
    if len(root) != 32:
        raise NoteError("The root has 32 bytes.")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))


def _signed_bytes(body: str, kind: int, seconds: int) -> bytes:
    return body.encode() if kind == PLAIN else f"cosignature/v1\ntime {seconds}\n{body}".encode()


def sign(body: str, *, seed: bytes, name: str, kind: int = PLAIN, seconds: int = 0) -> Signature:
    """Sign a text; `seconds` since 1970 goes into a timed cosignature."""
    raw = Ed25519PrivateKey.from_private_bytes(seed).sign(_signed_bytes(body, kind, seconds))
    value = raw if kind == PLAIN else seconds.to_bytes(8, "big") + raw
    return Signature(name, key_of(seed, name, kind).key_id, value)


def is_signed_by(note: Note, key: Key) -> bool:
    """Whether the note carries a signature of this key that holds. A false one raises NoteError."""
    found = [one for one in note.signatures if (one.name, one.key_id) == (key.name, key.key_id)]
    for one in found:
        seconds, raw = (0, one.value) if key.kind == PLAIN else (one.seconds or 0, one.value[8:])
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw, _signed_bytes(note.body, key.kind, seconds))
        except (InvalidSignature, ValueError):
            raise NoteError(f"The signature of {key.name} ({key.key_id.hex()}) does not hold.") from None
    return bool(found)


def signers(note: Note, keys: Sequence[Key]) -> list[Key]:
    """Which of these keys signed the note. A false signature raises NoteError; unknown signers are passed over."""
    return [key for key in keys if is_signed_by(note, key)]
