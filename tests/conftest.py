"""What every test may ask for."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let transactional tests empty the record between them; only TRUNCATE, and only in the test database."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ground_record_entry DISABLE TRIGGER ground_record_no_truncate")
