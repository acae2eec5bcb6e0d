"""The log in the database: order, checkpoints, and what the database refuses."""

from __future__ import annotations

import json
import threading

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import override_settings

from madang.engines.ledger import notes
from madang.engines.ledger.canonical import canonical_json, commitment
from madang.engines.ledger.hashing import nodes_of
from madang.engines.ledger.proofs import (
    consistency_stretches,
    inclusion_stretches,
    verify_consistency,
    verify_inclusion,
)
from madang.ground.people.models import User
from madang.ground.record import operations
from madang.ground.record.models import Checkpoint, Entry, Leaf, LogKey, Node, Waiting
from madang.ground.record.operations import NothingNewError, RecordDamagedError, checkpoint, sequence
from madang.ground.record.queries.log import hashes_of, proof_of, tree_size
from madang.ground.record.sealing import openings_of
from tests.factories import OfficeFactory, UserFactory, suwon
from tests.ground.record.world import NOW, add, complete, leaves, root

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_bytes_of_an_entry_are_as_documented():
    office = OfficeFactory(place=suwon(), key="transport", name_ko="교통정책과")
    officer = UserFactory()
    [entry] = add(by=officer, office=office, reason="급합니다.", data={"to": "plan", "from": "explore"})
    body = json.loads(bytes(entry.canonical))
    assert canonical_json(body) == bytes(entry.canonical)
    assert body["at"] == "2026-11-24T01:02:03.456789Z"
    assert body["place"] == {"code": "41110", "name": suwon().name_ko}
    assert body["office"] == {"key": "transport", "name": "교통정책과", "place": "41110"}
    assert (body["kind"], body["subject"], body["v"]) == ("note", "agenda:1", 1)
    for part, value in (
        ("actor", f"user:{officer.pk}"),
        ("reason", "급합니다."),
        ("data", '{"from":"explore","to":"plan"}'),
    ):
        assert body["commitments"][part] == commitment(bytes(getattr(entry, f"{part}_salt")), value)
    for secret in ("급합니다", officer.display_name, f"user:{officer.pk}", "explore"):
        assert secret.encode() not in bytes(entry.canonical)


def test_every_way_in_seals_and_waits():
    place = suwon()
    rows = Entry.objects.bulk_create(Entry(kind="note", subject="agenda:2", place=place, at=NOW) for _ in range(3))
    assert Waiting.objects.count() == 3
    assert len({bytes(row.leaf_hash) for row in rows}) == 3
    assert sequence() == 3
    assert complete()


@pytest.mark.parametrize("batch", [1, 3, 7, 100])
def test_the_log_grows_batch_by_batch_to_the_same_root(batch):
    add(20)
    assert sequence(batch=batch) == 20
    assert sequence() == 0
    assert complete()
    known = hashes_of(nodes_of(0, 20))
    assert checkpoint(now=NOW).root == root()
    assert len(known) == (20).bit_count()
    assert Node.objects.count() == 10 + 5 + 2 + 1


def test_proofs_read_a_few_rows(django_assert_max_num_queries):
    add(37)
    done = checkpoint(now=NOW)
    for index in (0, 17, 36):
        with django_assert_max_num_queries(2):
            path = proof_of(inclusion_stretches(index, 37))
        verify_inclusion(leaf=leaves()[index], index=index, size=37, root=bytes(done.root), path=path)


def test_checkpoints_are_signed_and_each_adds_to_the_one_before():
    add(5)
    first = checkpoint(now=NOW)
    add(6)
    second = checkpoint(now=NOW)
    for one in (first, second):
        note = notes.read_note(one.note)
        assert notes.signers(note, [one.key.key]) == [one.key.key]
        assert notes.read_checkpoint(note).root == bytes(one.root)
        assert "time 2026-11-24T01:02:03.456789Z" in note.body
    verify_consistency(
        old=5,
        new=11,
        old_root=bytes(first.root),
        new_root=bytes(second.root),
        path=proof_of(consistency_stretches(5, 11)),
    )
    with pytest.raises(NothingNewError):
        checkpoint(now=NOW, only_if_new=True)
    assert checkpoint(now=NOW).size == 11


def test_an_empty_record_can_be_signed():
    assert checkpoint(now=NOW).size == 0


def test_a_new_key_is_handed_the_log_by_the_one_before():
    old, new = "A" * 43 + "=", "B" * 42 + "A="
    add(2)
    with override_settings(RECORD_KEY=old):
        first = checkpoint(now=NOW)
    add(2)
    with override_settings(RECORD_KEY=f"{new},{old}"):
        second, third = checkpoint(now=NOW), checkpoint(now=NOW)
    keys = [row.key for row in LogKey.objects.all()]
    assert len(keys) == 2
    assert keys[0].name == keys[1].name
    assert notes.signers(notes.read_note(second.note), keys) == keys
    assert notes.signers(notes.read_note(third.note), keys) == [keys[1]]
    assert (first.key.key, second.key.key) == tuple(keys)


def test_keys_in_a_file_are_made_once_kept_private_and_rotated(tmp_path):
    from madang.ground.record import signing

    path = tmp_path / "folder" / "record.key"
    with override_settings(RECORD_KEY="", RECORD_KEY_FILE=path):
        [seed] = signing.seeds()
        assert signing.seeds() == [seed]
        assert path.stat().st_mode & 0o777 == 0o600
        signing.rotate()
        assert signing.seeds()[1:] == [seed]
        assert path.stat().st_mode & 0o777 == 0o600
        path.write_text("no key")
        with pytest.raises(Exception, match="does not hold a key"):
            signing.seeds()


def test_nothing_is_signed_over_a_damaged_log():
    add(8)
    checkpoint(now=NOW)
    sql("ALTER TABLE ground_record_node DISABLE TRIGGER USER")
    sql("UPDATE ground_record_node SET hash = sha256('x') WHERE level = 3")
    add(1)
    with pytest.raises(RecordDamagedError, match="no longer leads"):
        checkpoint(now=NOW)
    sql("ALTER TABLE ground_record_node ENABLE TRIGGER USER")


REFUSED = [
    "UPDATE ground_record_entry SET kind = 'closed'",
    "UPDATE ground_record_entry SET at = now()",
    "UPDATE ground_record_entry SET canonical = canonical || 'x'",
    "UPDATE ground_record_entry SET leaf_hash = sha256('x')",
    "UPDATE ground_record_entry SET reason = 'other'",
    "UPDATE ground_record_entry SET reason = ''",
    "UPDATE ground_record_entry SET reason_salt = NULL",
    "UPDATE ground_record_entry SET reason_salt = sha256('x')",
    "UPDATE ground_record_entry SET data = '{\"a\": 1}'",
    "UPDATE ground_record_entry SET actor_id = NULL",
    "UPDATE ground_record_entry SET subject = 'agenda'",
    "UPDATE ground_record_entry SET subject = 'agenda', subject_salt = NULL",
    "UPDATE ground_record_entry SET reason = '', reason_salt = NULL, kind = 'closed'",
    "DELETE FROM ground_record_entry",
    "UPDATE ground_record_leaf SET index = index + 100",
    "DELETE FROM ground_record_leaf WHERE index = 2",
    "UPDATE ground_record_node SET hash = sha256('x')",
    "DELETE FROM ground_record_node",
    "UPDATE ground_record_checkpoint SET note = 'x'",
    "DELETE FROM ground_record_checkpoint",
    "DELETE FROM ground_record_logkey",
    "UPDATE ground_record_logkey SET name = 'x'",
    "DELETE FROM ground_record_waiting",
    "UPDATE ground_record_waiting SET entry_id = 0",
    "INSERT INTO ground_record_leaf (index, entry_id) SELECT 7, max(id) FROM ground_record_entry",
    "INSERT INTO ground_record_leaf (index, entry_id) SELECT -1, max(id) FROM ground_record_entry",
    "INSERT INTO ground_record_leaf (index, entry_id) SELECT 3, min(id) FROM ground_record_entry",
    "INSERT INTO ground_record_node (level, index, hash) VALUES (0, 0, sha256('x'))",
    "INSERT INTO ground_record_checkpoint (size, root, at, note, key_id) SELECT 2, root, at, note, key_id FROM ground_record_checkpoint",
    "INSERT INTO ground_record_checkpoint (size, root, at, note, key_id) SELECT size, sha256('x'), at, note, key_id FROM ground_record_checkpoint",
]  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(statement):
    add(3, by=UserFactory())
    checkpoint(now=NOW)
    add(1, by=UserFactory())
    before = list(Entry.objects.order_by("id").values())
    with pytest.raises(DatabaseError):
        sql(statement)
    assert list(Entry.objects.order_by("id").values()) == before
    assert Leaf.objects.count() == 3


# Columns that say something else than the bytes, by the constraint that holds them together.
CONTRADICTED = [
    ("entry_hash_of_its_bytes", "kind, subject, '', '{}'::jsonb, sha256('x')"),
    ("entry_says_its_bytes", "'closed', subject, '', '{}'::jsonb, leaf_hash"),
    ("entry_says_its_bytes", "kind, 'agenda:9', '', '{}'::jsonb, leaf_hash"),
    ("entry_reason_salted", "kind, subject, 'unsalted', '{}'::jsonb, leaf_hash"),
    ("entry_data_salted", "kind, subject, '', '{\"a\": 1}'::jsonb, leaf_hash"),
]


@pytest.mark.parametrize(("constraint", "columns"), CONTRADICTED)
def test_an_entry_says_what_its_bytes_say(constraint, columns):
    add(1)
    with pytest.raises(DatabaseError, match=constraint):
        sql(
            "INSERT INTO ground_record_entry (at, place_id, canonical, kind, subject, reason, data, leaf_hash)"
            f" SELECT at, place_id, canonical, {columns} FROM ground_record_entry"
        )


def test_an_actor_has_a_salt():
    add(1)
    with pytest.raises(DatabaseError, match="entry_actor_salted"):
        sql(
            "INSERT INTO ground_record_entry (at, place_id, canonical, kind, subject, reason, data, leaf_hash, actor_id)"
            " SELECT at, place_id, canonical, kind, subject, '', '{}'::jsonb, leaf_hash, %s FROM ground_record_entry",
            UserFactory().pk,
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["entry", "waiting", "leaf", "node", "logkey", "checkpoint", "cosignature"])
def test_the_database_refuses_to_truncate(table):
    name = f"ground_record_{table}"
    sql(f"ALTER TABLE {name} ENABLE TRIGGER ground_record_no_truncate")
    try:
        with pytest.raises(DatabaseError, match="append-only"):
            sql(f"TRUNCATE {name} CASCADE")
    finally:
        sql(f"ALTER TABLE {name} DISABLE TRIGGER ground_record_no_truncate")


def test_a_person_is_forgotten_and_the_entry_still_verifies():
    officer, other = UserFactory(), UserFactory()
    [by_them] = add(by=officer, data={"to": "plan"})
    [about_them] = add(by=other, subject=f"user:{officer.pk}", kind="note", reason="위촉", data={"role": "officer"})
    [naming_them] = add(by=other, data={"user": officer.pk}, reason="홍길동 위촉")
    [unrelated] = add(by=other, data={"user": other.pk})
    assert f"user:{officer.pk}".encode() not in bytes(about_them.canonical)
    assert json.loads(bytes(about_them.canonical))["subject"] == "user"
    before = checkpoint(now=NOW)
    assert operations.forget(person=officer) == 3
    assert operations.forget(person=officer) == 0
    officer.delete()
    assert not User.objects.filter(pk=officer.pk).exists()
    for entry in (by_them, about_them, naming_them, unrelated):
        entry.refresh_from_db()
    assert (by_them.actor, by_them.actor_salt, by_them.data, by_them.reason) == (None, None, {"to": "plan"}, "까닭")
    assert (about_them.subject, about_them.reason, about_them.data, about_them.actor) == ("user", "", {}, other)
    assert (naming_them.reason, naming_them.data, naming_them.subject) == ("", {}, "agenda:1")
    assert unrelated.data == {"user": other.pk}
    assert checkpoint(now=NOW).root == before.root == root()
    # What can still be opened opens; nothing that is left tells who it was.
    for entry in Entry.objects.all():
        told = json.loads(bytes(entry.canonical))["commitments"]
        assert all(told[part] == commitment(salt, value) for part, salt, value in openings_of(entry))


def test_an_account_with_entries_cannot_go_before_it_is_forgotten():
    officer = UserFactory()
    add(by=officer)
    with pytest.raises(Exception, match="protected"):
        officer.delete()


def test_words_are_withheld_in_the_open(django_assert_max_num_queries):
    from django.core.exceptions import PermissionDenied

    from tests.factories import officer_at

    officer = officer_at(suwon())
    [entry] = add(by=UserFactory(), reason="이웃 홍길동 씨가", data={"n": 1})
    with pytest.raises(PermissionDenied):
        operations.withhold(entry=entry, why="이름", by=UserFactory(), now=NOW)
    with pytest.raises(operations.ForgettingError):
        operations.withhold(entry=entry, why=" ", by=officer, now=NOW)
    told = operations.withhold(entry=entry, why="이웃의 이름이 들어 있습니다.", by=officer, now=NOW)
    entry.refresh_from_db()
    assert (entry.reason, entry.data, entry.is_withheld) == ("", {}, True)
    assert (told.kind, told.data, told.actor) == ("withheld", {"entry": entry.pk}, officer)
    with pytest.raises(operations.ForgettingError):
        operations.withhold(entry=entry, why="또", by=officer, now=NOW)


class TestWitnesses:
    SEED = b"w" * 32

    def _witness(self, kind=notes.TIMED):
        key = notes.key_of(self.SEED, "council.example", kind)
        return operations.add_witness(organization="경기도의회", key=key.text, now=NOW)

    def _cosigned(self, done, seed=SEED, kind=notes.TIMED, seconds=1_790_000_000):
        note = notes.read_note(done.note)
        mine = notes.sign(note.body, seed=seed, name="council.example", kind=kind, seconds=seconds)
        return notes.Note(note.body, (*note.signatures, mine)).text

    @pytest.mark.parametrize("kind", [notes.PLAIN, notes.TIMED])
    def test_a_cosignature_is_kept_once(self, kind):
        add(2)
        done, witness = checkpoint(now=NOW), self._witness(kind)
        operations.cosign(text=self._cosigned(done, kind=kind), now=NOW)
        operations.cosign(text=self._cosigned(done, kind=kind), now=NOW)
        row = done.cosignatures.get()
        assert row.witness == witness
        assert row.line.startswith("— council.example ")
        assert row.seen_at.timestamp() == (1_790_000_000 if kind == notes.TIMED else NOW.timestamp())

    def test_what_is_not_signed_by_a_known_witness_over_our_text_is_refused(self):
        add(2)
        done = checkpoint(now=NOW)
        with pytest.raises(operations.WitnessError, match=r"known here|등록"):
            operations.cosign(text=self._cosigned(done), now=NOW)
        witness = self._witness()
        forged = (
            self._cosigned(done).replace("council.example", "council.example").replace(done.note.split("\n")[1], "2")
        )
        assert operations.cosign(text=forged, now=NOW)
        for bad in (
            "x",
            self._cosigned(done, seed=b"z" * 32),
            self._cosigned(done).replace("\n2\n", "\n3\n"),
            self._cosigned(done).replace("council.example ", "council.example AAAA"),
        ):
            with pytest.raises(operations.WitnessError):
                operations.cosign(text=bad, now=NOW)
        operations.end_witness(witness=witness, now=NOW)
        with pytest.raises(operations.WitnessError):
            operations.cosign(text=self._cosigned(done), now=NOW)

    def test_a_key_is_added_once_and_must_be_one(self):
        self._witness()
        with pytest.raises(operations.WitnessError):
            self._witness()
        with pytest.raises(operations.WitnessError):
            operations.add_witness(organization="x", key="no key", now=NOW)


def _in_thread(act):
    def run():
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_appending_while_sequencing_loses_and_doubles_nothing():
    suwon()
    stop = threading.Event()

    def keep_sequencing():
        while not stop.is_set():
            sequence(batch=7)

    sequencers = [_in_thread(keep_sequencing) for _ in range(3)]
    writers = [_in_thread(lambda: add(40)) for _ in range(6)]
    for one in writers:
        one.join()
    stop.set()
    for one in sequencers:
        one.join()
    sequence()
    assert Entry.objects.count() == 240
    assert tree_size() == 240
    assert complete()
    assert checkpoint(now=NOW).root == root()


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_comes_late_and_is_not_skipped():
    suwon()
    recorded, go_on = threading.Event(), threading.Event()
    slow = []

    def decide_slowly():
        with transaction.atomic():
            slow.extend(add(1, reason="오래 걸린 결정"))
            recorded.set()
            go_on.wait(20)

    thread = _in_thread(decide_slowly)
    recorded.wait(20)
    later = add(3)
    first = checkpoint(now=NOW)
    assert first.size == 3
    go_on.set()
    thread.join()
    second = checkpoint(now=NOW)
    assert second.size == 4
    assert Leaf.objects.get(entry=slow[0]).index == 3
    assert slow[0].pk < later[0].pk
    assert complete()


@pytest.mark.django_db(transaction=True)
def test_checkpoints_at_once_do_not_fork():
    add(9)
    threads = [_in_thread(lambda: (add(1), checkpoint(now=NOW))) for _ in range(5)]
    for one in threads:
        one.join()
    rows = list(Checkpoint.objects.order_by("id"))
    assert [one.size for one in rows] == sorted(one.size for one in rows)
    assert rows[-1].size == 14
    every = leaves()
    from madang.engines.ledger.hashing import root_of

    assert all(bytes(one.root) == root_of(every[: one.size]) for one in rows)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before the leaves", "before the end"])
def test_a_sequencer_that_is_killed_leaves_no_half(when, monkeypatch):
    from madang.ground.record.operations import sequencing

    add(5)
    original = sequencing._append

    def dying(cursor, rows):
        if when == "before the end":
            original(cursor, rows)
        with psycopg.connect(**_where(), autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        cursor.execute("SELECT 1")

    monkeypatch.setattr(sequencing, "_append", dying)
    with pytest.raises(DatabaseError):
        sequence()
    connection.close()
    monkeypatch.undo()
    assert (Leaf.objects.count(), Node.objects.count(), Waiting.objects.count()) == (0, 0, 5)
    assert sequence() == 5
    assert complete()


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_is_killed_leaves_neither_entry_nor_place():
    place = suwon()
    with pytest.raises(DatabaseError), transaction.atomic():
        add(1)
        with psycopg.connect(**_where(), autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        place.save()
    connection.close()
    assert (Entry.objects.count(), Waiting.objects.count(), sequence()) == (0, 0, 0)


def _where():
    found = connection.get_connection_params()
    return {key: found[key] for key in ("dbname", "user", "password", "host", "port") if found.get(key)}
