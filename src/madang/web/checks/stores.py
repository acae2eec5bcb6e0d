"""Where the site keeps things: the database, the public record in it, uploads, the disk."""

from __future__ import annotations

import shutil
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from madang.ground.footing.checks import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = 14
SKEW = timedelta(seconds=5)
CHECKPOINT = timedelta(hours=26)
# What keeps the public record append-only: (table, trigger).
GUARDS = [
    ("entry", "append_only"), ("entry", "no_delete"), ("entry", "no_truncate"), ("entry", "wait"),
    ("waiting", "placed"), ("waiting", "no_change"), ("waiting", "no_truncate"), ("leaf", "no_gap"),
    ("checkpoint", "no_fork"),
    *((table, name) for table in ("leaf", "node", "logkey", "checkpoint", "cosignature")
      for name in ("append_only", "no_truncate")),
]  # fmt: skip


def database() -> Iterator[Problem]:
    """It answers, is new enough, has connections left and the same time as this machine."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, clock_timestamp(), "
                "current_setting('max_connections')::int, (SELECT count(*) FROM pg_stat_activity)"
            )
            version, clock, most, used = cursor.fetchone()
    except DatabaseError as error:
        yield Problem(
            f"The database does not answer: {str(error).strip()}",
            "Check DATABASE_URL, or leave it empty for the embedded server.",
        )
        return
    if version < OLDEST:
        yield Problem(f"The database is PostgreSQL {version}.", f"Use PostgreSQL {OLDEST} or newer.")
    if used > 0.8 * most:
        yield Problem(
            f"{used} of {most} connections to the database are in use.",
            "Raise max_connections, or start fewer web processes (each holds up to 2 × threads + 4 of them).",
        )
    if abs(clock - datetime.now(UTC)) > SKEW:
        yield Problem(
            f"The clocks of the database and of this machine differ by {abs(clock - datetime.now(UTC))}.",
            "Have both follow a time server (chrony, systemd-timesyncd): deadlines and sign-ins depend on it.",
        )


def migrations() -> Iterator[Problem]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Problem(f"{len(waiting)} migrations wait.", "Run `madang manage migrate`.")


def record() -> Iterator[Problem]:
    """The database guards it, the key that signs it is there, and it was signed lately."""
    yield from _guards()
    from madang.ground.record import signing
    from madang.ground.record.queries.log import latest_checkpoint, tree_size

    try:
        signing.seeds()
    except (ImproperlyConfigured, OSError, ValueError) as error:
        yield Problem(f"The key that signs the public record cannot be read: {error}", "See docs/record.md, Keys.")
    last = latest_checkpoint()
    if tree_size() and (last is None or timezone.now() - last.at > CHECKPOINT):
        since = f"since {last.at:%Y-%m-%d %H:%M} UTC" if last else "yet"
        yield Problem(
            f"The public record has not been signed {since}.",
            "Start a worker (`madang work`), which signs it daily, or look at its failed jobs at /operate/jobs/.",
        )


def _guards() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
        there = set(cursor.fetchall())
    missing = [
        f"{table}.{name}" for table, name in GUARDS if (f"ground_record_{table}", f"ground_record_{name}") not in there
    ]
    if missing:
        yield Problem(
            f"Nothing in the database holds the public record together at {', '.join(missing)}.",
            "Find out who removed these triggers; restore the latest backup elsewhere and compare the record.",
        )


def uploads() -> Iterator[Problem]:
    """A file can be written, read and removed."""
    body = uuid.uuid4().hex.encode()
    try:
        name = default_storage.save(f"check-{uuid.uuid4().hex}.txt", ContentFile(body))
        with default_storage.open(name) as file:
            same = file.read() == body
        default_storage.delete(name)
    except OSError as error:
        yield Problem(
            f"Uploads cannot be written to {settings.MEDIA_ROOT} ({error.strerror}).",
            "Give the user of the service the right to write there, or set MADANG_DATA_DIR to a folder of its own.",
        )
        return
    if not same:
        yield Problem("An upload came back other than it was written.", "Check the disk of the data folder.")


def disk() -> Iterator[Problem]:
    if not settings.DATA_DIR.is_dir():
        return
    usage = shutil.disk_usage(settings.DATA_DIR)
    if usage.free < 1 << 30 or usage.free < usage.total * 0.05:
        yield Problem(
            f"{usage.free / 1e9:.1f} GB are free at {settings.DATA_DIR}.",
            "Make room: a database that cannot write stops.",
        )
