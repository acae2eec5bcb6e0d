"""A sealed stream opens to what was sealed, or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.web.backup.errors import BackupError, DamagedError
from madang.web.backup.sealed import CHUNK, MAGIC, TAG, Opener, Sealer, passphrase_of

SECRET = b"a long enough passphrase"
HEAD = len(MAGIC) + 24


def seal(data: bytes, *, at_once: int = 10_000) -> bytes:
    raw = io.BytesIO()
    sealer = Sealer(raw, SECRET, log_n=10)
    for start in range(0, len(data), at_once):
        sealer.write(data[start : start + at_once])
    sealer.close()
    return raw.getvalue()


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_every_length_comes_back(length):
    data = bytes(i % 251 for i in range(length))
    assert Opener(io.BytesIO(seal(data)), SECRET).read() == data


@settings(deadline=None, max_examples=30)
@given(data=st.binary(max_size=3000), at_once=st.integers(1, 999), size=st.integers(1, 999))
def test_however_it_is_written_and_read(data, at_once, size):
    opener, read = Opener(io.BytesIO(seal(data, at_once=at_once)), SECRET), b""
    while part := opener.read(size):
        read += part
    assert read == data


CHUNKS = [slice(HEAD + i * (CHUNK + TAG), HEAD + (i + 1) * (CHUNK + TAG)) for i in range(3)]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("a bit flipped", lambda s: s[:-1] + bytes([s[-1] ^ 1])),
        ("a bit of the head flipped", lambda s: s[: HEAD - 1] + bytes([s[HEAD - 1] ^ 1]) + s[HEAD:]),
        ("cut off in a chunk", lambda s: s[:-5]),
        ("cut off after a chunk", lambda s: s[: CHUNKS[1].stop]),
        ("everything but the head cut off", lambda s: s[:HEAD]),
        ("two chunks exchanged", lambda s: s[:HEAD] + s[CHUNKS[1]] + s[CHUNKS[0]] + s[CHUNKS[1].stop :]),
        ("a chunk left out", lambda s: s[:HEAD] + s[CHUNKS[1].start :]),
        ("a chunk repeated", lambda s: s[: CHUNKS[0].stop] + s[CHUNKS[0]] + s[CHUNKS[0].stop :]),
        ("something added", lambda s: s + b"more"),
        ("nothing at all", lambda s: b""),
    ],
)
def test_damage_is_seen(name, damage):
    sealed = damage(seal(bytes(3 * CHUNK + 7)))
    with pytest.raises(DamagedError, match="damaged"):
        Opener(io.BytesIO(sealed), SECRET).read()


def test_another_passphrase_opens_nothing():
    with pytest.raises(DamagedError, match="passphrase"):
        Opener(io.BytesIO(seal(b"secret")), b"another passphrase").read()


def test_a_passphrase_must_be_there_and_long(tmp_path):
    with pytest.raises(BackupError, match="cannot be read"):
        passphrase_of(tmp_path / "none")
    (tmp_path / "short").write_text("short\n")
    with pytest.raises(BackupError, match="at least 12"):
        passphrase_of(tmp_path / "short")
    (tmp_path / "good").write_text("correct horse battery\nnot this\n")
    assert passphrase_of(tmp_path / "good") == b"correct horse battery"
