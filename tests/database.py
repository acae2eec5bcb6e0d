"""A pytest plugin: one embedded PostgreSQL for a whole run, shared by its workers; DATABASE_URL names another.

It is loaded with `-p`, before Django reads its settings.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from pathlib import Path

_server = None
_folder = None


def _start() -> None:
    global _server, _folder  # noqa: PLW0603
    from madang.web import embedded

    _folder = Path(tempfile.mkdtemp(prefix="madang-test-"))
    _folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _server = embedded.start(_folder)
    for line in (
        "ALTER SYSTEM SET fsync = off",
        "ALTER SYSTEM SET synchronous_commit = off",
        "SELECT pg_reload_conf()",
    ):
        _server.psql(line + ";")
    os.environ["DATABASE_URL"] = _server.get_uri()


from madang.web.messages import compile_catalog  # noqa: E402

compile_catalog()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.test")
if not os.environ.get("DATABASE_URL"):
    _start()


def pytest_unconfigure() -> None:
    """Stop what this process started; workers of xdist started nothing."""
    if _server is not None:
        _server.cleanup()
        shutil.rmtree(_folder, ignore_errors=True)
