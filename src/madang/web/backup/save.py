"""Saving a site while it runs."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from madang.web.backup import archive, database
from madang.web.backup.errors import BackupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

FORMAT = 1


@dataclass(frozen=True)
class Saved:
    """What was saved."""

    path: Path
    bytes: int
    tables: int
    rows: int
    files: int


def save(*, url: str, media: Path, target: Path, now: datetime, passphrase: bytes | None = None) -> Saved:
    """Write a whole backup of a running site, or nothing. Raises BackupError.

    The database is read in one snapshot, which delays nobody. Uploads are never changed, only added and removed: those
    that the snapshot knows are there unless somebody removed them meanwhile.
    """
    if not target.resolve().parent.is_dir():
        raise BackupError(f"{target}: there is no such folder; make it, or choose another path.")
    with archive.writing(target, passphrase) as writer, _scratch(target) as folder:
        manifest = _database(url, writer, folder)
        files = _media(media, writer)
        writer.close(manifest | {"format": FORMAT, "madang": version("madang"), "at": now.isoformat()})
    rows = sum(int(table["rows"]) for table in manifest["tables"].values())
    return Saved(target, target.stat().st_size, len(manifest["tables"]), rows, files)


@contextlib.contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """A folder beside the archive for the dump, readable by its owner; what a killed run left there goes first."""
    folder = target.with_name(target.name + ".tmp")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _database(url: str, writer: archive.Writer, folder: Path) -> dict[str, Any]:
    dump = folder / archive.DUMP
    with database.snapshot(url) as (connection, name):
        major = database.major_of(connection)
        database.dump(url, dump, snapshot_name=name, major=major)
        migrations = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        found = {
            "postgres": major,
            "migrations": [one for (one,) in migrations],
            "tables": database.contents(connection),
            "sequences": database.sequences(connection),
        }
    writer.add(dump, archive.DUMP)
    dump.unlink()
    return found


def _media(media: Path, writer: archive.Writer) -> int:
    """Every upload; one that disappears meanwhile was removed by its author."""
    count = 0
    for path in _files(media):
        try:
            writer.add(path, archive.MEDIA + path.relative_to(media).as_posix())
        except FileNotFoundError:
            continue
        count += 1
    return count


def _files(media: Path) -> Iterable[Path]:
    return (
        sorted(path for path in media.rglob("*") if path.is_file() and not path.is_symlink()) if media.is_dir() else ()
    )
