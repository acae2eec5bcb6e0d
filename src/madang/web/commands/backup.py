"""`madang backup` and `madang restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from madang.web.site import site

SEAL = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Seal (or open) the archive with the passphrase in this file's first line.",
)


def _passphrase(path: Path | None) -> bytes | None:
    from madang.web.backup.sealed import passphrase_of

    return passphrase_of(path) if path else None


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@SEAL
def backup(file: Path, passphrase_file: Path | None) -> None:
    """Save database and uploads of a running site into one FILE."""
    with site() as url:
        from django.conf import settings
        from django.utils import timezone

        from madang.web.backup import BackupError, save

        try:
            saved = save(
                url=url, media=settings.MEDIA_ROOT, target=file, now=timezone.now(),
                passphrase=_passphrase(passphrase_file),
            )  # fmt: skip
        except BackupError as error:
            _fail(error)
    size = f"{saved.bytes / 1e6:,.1f} MB"
    click.echo(f"{saved.path}: {saved.tables} tables, {saved.rows:,} rows, {saved.files:,} uploads, {size}.", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@SEAL
@click.option("--force", is_flag=True, help="Replace the database that is there; its uploads are moved aside.")
def restore(file: Path, passphrase_file: Path | None, force: bool) -> None:
    """Bring a site back from FILE into an empty database, then migrate it and verify the public record."""
    with site() as url:
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection
        from django.db.migrations.loader import MigrationLoader

        from madang.web import backup
        from madang.web.backup.record import verify

        known = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
        connection.close()
        try:
            done = backup.restore(
                url=url, media=settings.MEDIA_ROOT, source=file, known=known,
                passphrase=_passphrase(passphrase_file), force=force,
            )  # fmt: skip
            call_command("migrate", verbosity=0)
            entries = verify()
        except backup.BackupError as error:
            _fail(error)
    click.echo(
        f"Restored the state of {done.at}: {done.tables} tables, {done.rows:,} rows, {done.files:,} uploads; "
        f"every digest agrees. The public record is sound: {entries:,} entries.",
        err=True,
    )
    if done.aside:
        click.echo(f"The uploads that were there lie in {done.aside}.", err=True)


def _fail(error: Exception) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(2)
