"""Bringing a site back."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madang.web.backup import archive, database
from madang.web.backup.errors import BackupError
from madang.web.backup.save import FORMAT

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True)
class Restored:
    """What came back, and from when. aside: where the uploads lie that were there before."""

    at: str
    tables: int
    rows: int
    files: int
    aside: Path | None


def restore(
    *, url: str, media: Path, source: Path, known: Collection[str], passphrase: bytes | None = None, force: bool = False
) -> Restored:
    """Prove an archive, then bring its database and uploads back. Raises BackupError; nothing is changed then.

    known: the migrations of this program ("app.name"). force: in place of the database and uploads that are there.
    """
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media.parent, prefix=".madang-restore-") as name:
        folder = Path(name)
        manifest = archive.unpack(source, folder, passphrase)
        _fits(manifest, known)
        with database.connect(url) as connection:
            major = database.major_of(connection)
            _has_room(manifest, major, empty=database.is_empty(connection), media=media, force=force)
        database.load(url, folder / archive.DUMP, major=major, over=force)
        with database.connect(url) as connection:
            database.compare(manifest["tables"], database.contents(connection))
        aside = _uploads(folder / archive.MEDIA, media)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    files = sum(part.startswith(archive.MEDIA) for part in manifest["parts"])
    return Restored(manifest["at"], len(manifest["tables"]), rows, files, aside)


def _fits(manifest: dict[str, Any], known: Collection[str]) -> None:
    if manifest["format"] != FORMAT:
        raise BackupError(f"This archive has format {manifest['format']}; install the Madang that wrote it.")
    newer = sorted(set(manifest["migrations"]) - set(known))
    if newer:
        raise BackupError(
            f"This archive was written by a newer Madang ({manifest['madang']}, {newer[0]}); install that one."
        )


def _has_room(manifest: dict[str, Any], major: int, *, empty: bool, media: Path, force: bool) -> None:
    if major < manifest["postgres"]:
        raise BackupError(
            f"This archive comes from PostgreSQL {manifest['postgres']}, this server is {major}; use a newer server."
        )
    if force:
        return
    if not empty:
        raise BackupError(
            "This database is not empty; name an empty one in DATABASE_URL, or say --force to replace it."
        )
    if media.is_dir() and any(media.iterdir()):
        raise BackupError(f"There are uploads in {media}; move them away, or say --force, which moves them aside.")


def _uploads(found: Path, media: Path) -> Path | None:
    """Put the uploads in their place; what was there before is moved aside, never removed."""
    aside = None
    if media.is_dir() and any(media.iterdir()):
        aside = next(
            path
            for number in range(1, 10_000)
            if not (path := media.with_name(f"{media.name}.before-{number}")).exists()
        )
        media.rename(aside)
    elif media.is_dir():
        media.rmdir()
    if found.is_dir():
        shutil.move(found, media)
        for path in media.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    else:
        media.mkdir(exist_ok=True)
    return aside
