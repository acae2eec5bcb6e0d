"""The queue is procrastinate's own table, which Django does not empty between tests."""

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _empty_queue(request):
    if marker := request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
            )
