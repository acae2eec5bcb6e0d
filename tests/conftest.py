"""What every test may ask for."""

from __future__ import annotations

import pytest
from django.db import connection

RECORD = ("entry", "waiting", "leaf", "node", "logkey", "checkpoint", "cosignature")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let transactional tests empty the record between them; only TRUNCATE, and only in the test database."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in RECORD:
            cursor.execute(f"ALTER TABLE ground_record_{table} DISABLE TRIGGER ground_record_no_truncate")
