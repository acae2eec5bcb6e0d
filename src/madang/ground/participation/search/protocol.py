"""How a client and the tokenizer's process talk: four bytes of length, then JSON, both ways, on one connection."""

from __future__ import annotations

import contextlib
import json
import os
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

LENGTH = struct.Struct("!I")
LONGEST = 64 * 1024 * 1024
LONGEST_PATH = 100


class ProtocolError(ConnectionError):
    """The other side closed in mid-message, or sent what no side of ours sends."""


@contextlib.contextmanager
def reachable(path: str) -> Iterator[str]:
    """A name under which the kernel takes a socket's path; longer ones than 107 bytes go by way of their folder."""
    folder, name = os.path.split(path)
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield path
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{name}"
    finally:
        os.close(descriptor)


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send one message."""
    data = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    connection.sendall(LENGTH.pack(len(data)) + data)


def receive(connection: socket.socket) -> dict[str, Any] | None:
    """One message, or None where the other side has closed between two."""
    head = _exactly(connection, LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LONGEST:
        raise ProtocolError(f"A message of {length} bytes is longer than {LONGEST}.")
    data = _exactly(connection, length)
    if data is None:
        raise ProtocolError("The connection closed before the message came.")
    message = json.loads(data.decode("utf-8", "surrogatepass"))
    if not isinstance(message, dict):
        raise ProtocolError("A message must be a JSON object.")
    return message


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    pieces, missing = [], count
    while missing:
        piece = connection.recv(min(missing, 1 << 16))
        if not piece:
            if missing == count:
                return None
            raise ProtocolError("The connection closed in the middle of a message.")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
