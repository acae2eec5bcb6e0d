"""The second wall of docs/record.md: its grants, run as they stand there, for a role that does not own the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from madang.ground.record.models import Entry
from madang.ground.record.operations import checkpoint, forget, sequence
from tests.factories import UserFactory
from tests.ground.record.world import NOW, add, complete

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[3] / "docs" / "record.md"


@pytest.fixture
def webs_role():
    """The role of web processes: it may use every table as usual, and those of the record as the page says."""
    text = PAGE.read_text(encoding="utf-8").partition("A second wall")[2].partition("A role that")[0]
    statements = [one.strip() for one in re.sub(r"--.*", "", text[text.index("REVOKE") :]).split(";") if one.strip()]
    assert len(statements) == 5
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE madang_web")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO madang_web")
        cursor.execute(f"{statements[0]}; GRANT ALL ON ground_people_user, ground_places_place TO madang_web")
        cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO madang_web")
        for statement in statements[1:]:
            cursor.execute(statement)
        cursor.execute("SET ROLE madang_web")
        yield
        cursor.execute("RESET ROLE")


def test_the_site_records_orders_signs_and_forgets(webs_role):
    person = UserFactory()
    add(3, by=person)
    sequence()
    checkpoint(now=NOW)
    assert forget(person=person) == 3
    assert complete()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ground_record_entry SET kind = 'closed'",
        "UPDATE ground_record_entry SET canonical = 'x'",
        "DELETE FROM ground_record_entry",
        "DELETE FROM ground_record_leaf",
        "UPDATE ground_record_node SET hash = 'x'",
        "UPDATE ground_record_checkpoint SET note = 'x'",
        "TRUNCATE ground_record_cosignature",
        "ALTER TABLE ground_record_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER ground_record_append_only ON ground_record_entry",
    ],
)
def test_the_role_cannot_reach_the_past(webs_role, statement):
    add(1)
    denied = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with denied, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1
