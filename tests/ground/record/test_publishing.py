"""The export that anybody may fetch, what `madang check` says of the record, and the first entries' way into the log."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from madang.engines.ledger import files
from madang.ground.record.models import Entry, Leaf, Waiting
from madang.ground.record.operations import checkpoint, publish, sequence
from madang.ground.record.queries.health import health
from madang.ground.record.queries.published import published
from tests.factories import suwon
from tests.ground.record import second_verifier
from tests.ground.record.world import NOW, add, complete, root

pytestmark = pytest.mark.django_db


def test_the_export_lies_ready_and_the_old_one_goes(client, tmp_path):
    assert published() is None
    assert "record.jsonl --checkpoint" in client.get(reverse("record:verification")).content.decode()
    add(3)
    checkpoint(now=NOW)
    first = publish()
    add(2)
    second_name = checkpoint(now=NOW) and publish()
    assert publish() == second_name
    assert not default_storage.exists(first)
    found = published()
    assert found.url in client.get(reverse("record:verification")).content.decode()
    with default_storage.open(second_name) as stream:
        text = gzip.decompress(stream.read()).decode()
    assert files.verify(text.splitlines()).entries == 5
    path = tmp_path / "record.jsonl"
    path.write_text(text)
    assert second_verifier.verify(path) == (5, 2)
    default_storage.delete(second_name)


def test_what_operators_are_told(tmp_path):
    key = tmp_path / "record.key"
    key.write_text("x")
    key.chmod(0o644)
    add(1)
    assert health(now=NOW).waiting_since is None
    assert health(now=NOW + timedelta(minutes=11)).waiting_since == NOW
    checkpoint(now=NOW)
    assert health(now=NOW + timedelta(days=1)) == health(now=NOW)
    assert health(now=NOW + timedelta(days=3)).signed_at == NOW
    with override_settings(RECORD_KEY="", RECORD_KEY_FILE=key):
        assert health(now=NOW).exposed == key
        key.chmod(0o600)
        assert health(now=NOW).exposed is None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_entries_from_before_there_was_a_log_are_sealed_and_find_their_place():
    """The migrations run on a database that holds entries as they were."""
    place = suwon()
    back = [("ground_record", "0003_open_kinds")]
    forward = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "ground_record"]
    MigrationExecutor(connection).migrate(back)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ground_record_entry (at, kind, subject, place_id, reason, data)"
                " SELECT now() - i * interval '1 hour', 'note', 'agenda:' || i, %s, '까닭', '{\"n\": 1}'"
                " FROM generate_series(1, 2500) i",
                [place.pk],
            )
    finally:
        MigrationExecutor(connection).migrate(forward)
        with connection.cursor() as cursor:
            for table in ("entry", "waiting", "leaf", "node", "logkey", "checkpoint", "cosignature"):
                cursor.execute(f"ALTER TABLE ground_record_{table} DISABLE TRIGGER ground_record_no_truncate")
    assert Waiting.objects.count() == 2500
    assert sequence() == 2500
    assert complete()
    assert checkpoint(now=timezone.now()).root == root()
    dates = list(Leaf.objects.order_by("index").values_list("entry__at", flat=True))
    assert dates == sorted(dates)
    assert Entry.objects.filter(reason_salt=None).count() == 0
