"""Starting Django inside a command: database first, then settings."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from madang.web import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def site(settings: str | None = None) -> Iterator[str]:
    """Yield the database URL with Django ready; without DATABASE_URL the embedded server and the demo's settings."""
    default = "production" if os.environ.get("DATABASE_URL") else "demo"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"madang.web.settings.{settings or default}")
    with embedded.database() as url:
        import django

        from madang.web.messages import compile_catalog

        compile_catalog()
        django.setup()
        yield url
