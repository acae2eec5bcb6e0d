"""What `madang check` asks: does everything that the site stands on answer?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Problem:
    """What is wrong, and how to mend it."""

    what: str
    mend: str


def problems() -> list[Problem]:
    """Every problem found; empty where everything answers."""
    return [*_database(), *_tokenizer(), *_storage(), *_record(), *_deliveries(), *_django()]


def _database() -> Iterator[Problem]:
    try:
        waiting = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Problem(
            f"The database does not answer: {error}",
            "Check DATABASE_URL, or leave it empty for the embedded server.",
        )
        return
    if waiting:
        yield Problem(f"{len(waiting)} migrations wait.", "Run `madang manage migrate`.")


def _tokenizer() -> Iterator[Problem]:
    from madang.ground.participation.search import client

    if not client.is_alive():
        yield Problem(
            f"No tokenizer answers at {settings.TOKENIZER_SOCKET}: search uses a weaker fallback.",
            "Run `madang tokenizer` (`madang serve` starts it by itself).",
        )


def _storage() -> Iterator[Problem]:
    folder = settings.MEDIA_ROOT
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        yield Problem(f"Uploads cannot be written to {folder}.", "Give the service's user the right to write there.")


def _record() -> Iterator[Problem]:
    from madang.ground.record.queries import health

    try:
        found = health.health(now=timezone.now())
    except DatabaseError:
        return  # told above
    if found.waiting_since:
        yield Problem(
            f"Decisions wait for their place in the public record since {found.waiting_since:%Y-%m-%d %H:%M} UTC.",
            "Start the worker: `madang work` (`madang serve` starts it by itself).",
        )
    if found.signed_at:
        yield Problem(
            f"The public record was signed last at {found.signed_at:%Y-%m-%d %H:%M} UTC.",
            "Start the worker, or sign now: `madang record checkpoint`.",
        )
    if found.exposed:
        yield Problem(f"Others may read the key of the public record: {found.exposed}", f"chmod 600 {found.exposed}")


def _deliveries() -> Iterator[Problem]:
    from madang.ground.participation.queries.notices import given_up

    try:
        dead = given_up(since=timezone.now() - timedelta(days=1))
    except DatabaseError:
        return  # told above
    if dead:
        yield Problem(
            f"{dead} mails or pushes were given up within a day.",
            "Read why under Deliveries in the administration; mostly the mail server does not answer.",
        )


def _django() -> Iterator[Problem]:
    for found in checks.run_checks():
        if found.level >= checks.WARNING and not found.is_silenced():
            yield Problem(str(found.msg), found.hint or "See Django's documentation of this check.")
