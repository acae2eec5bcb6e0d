"""The file itself: a tar of the dump, the uploads and, at the end, the manifest; sealed where a passphrase is given."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from madang.web.backup.errors import BackupError, DamagedError
from madang.web.backup.sealed import MAGIC, Opener, Sealer

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST, DUMP, MEDIA = "manifest.json", "database.dump", "media/"
BLOCK = 1 << 20
CUT_OFF = "The archive is damaged or cut off: nothing was restored. Take another one."


@contextlib.contextmanager
def writing(target: Path, passphrase: bytes | None) -> Iterator[Writer]:
    """A new archive that appears under its name only when it is whole, readable by its owner alone."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            stream = Sealer(raw, passphrase) if passphrase else raw
            with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="w|", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            if isinstance(stream, Sealer):
                stream.close()
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


class Writer:
    """Adds files, remembering the digest of each."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.parts: dict[str, dict[str, int | str]] = {}

    def add(self, path: Path, name: str) -> None:
        size = path.stat().st_size
        digest = hashlib.sha256()
        with path.open("rb") as file:
            self._tar.addfile(_member(name, size), cast("IO[bytes]", Digesting(file, digest)))
        self.parts[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def close(self, manifest: dict[str, Any]) -> None:
        text = json.dumps(manifest | {"parts": self.parts}, ensure_ascii=False, indent=1).encode()
        self._tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))


class Digesting:
    """A file that digests what is read from it."""

    def __init__(self, file: IO[bytes], digest: hashlib._Hash) -> None:
        self._file, self._digest = file, digest

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._digest.update(data)
        return data


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def unpack(source: Path, folder: Path, passphrase: bytes | None) -> dict[str, Any]:
    """Take an archive apart in an empty folder and prove every part; returns the manifest. Raises DamagedError."""
    found: dict[str, dict[str, int | str]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with source.open("rb") as raw, tarfile.open(fileobj=_opened(raw, passphrase, source), mode="r|") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    manifest = json.loads(_read(tar, member))
                else:
                    found[member.name] = _take(tar, member, folder)
    except FileNotFoundError:
        raise BackupError(f"{source}: there is no such file.") from None
    except (tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise DamagedError(CUT_OFF) from error
    if manifest is None or manifest.get("parts") != found:
        raise DamagedError(CUT_OFF)
    return manifest


def _opened(raw: IO[bytes], passphrase: bytes | None, source: Path) -> IO[bytes]:
    sealed = raw.read(len(MAGIC)) == MAGIC
    raw.seek(0)
    if sealed and not passphrase:
        raise BackupError(f"{source}: is sealed; name the passphrase's file with --passphrase-file.")
    return cast("IO[bytes]", Opener(raw, passphrase)) if sealed and passphrase else raw


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    if file is None:
        raise DamagedError(CUT_OFF)
    return file.read()


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> dict[str, int | str]:
    """Write one part below the folder; a name that leads out of it is not ours."""
    target = (folder / member.name).resolve()
    if not target.is_relative_to(folder.resolve()) or not member.isfile():
        raise DamagedError(CUT_OFF)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    file = tar.extractfile(member)
    with target.open("wb") as out:
        while file and (block := file.read(BLOCK)):
            digest.update(block)
            size += out.write(block)
    return {"bytes": size, "sha256": digest.hexdigest()}
