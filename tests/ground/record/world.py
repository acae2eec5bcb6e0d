"""Entries and their log, for the tests of the record."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from madang.engines.ledger.hashing import leaf_hash, root_of
from madang.ground.record.models import Entry, Leaf, Waiting
from madang.ground.record.operations import record
from tests.factories import suwon

NOW = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)


def add(n=1, **more):
    """`n` entries, each in its own transaction."""
    place = suwon()
    values = {"kind": "note", "subject": "agenda:1", "place": place, "by": None, "now": NOW, "reason": "까닭"} | more
    made = []
    for _ in range(n):
        with transaction.atomic():
            made.append(record(**values))
    return made


def leaves() -> list[bytes]:
    """The leaf hashes in the order of the log, from the bytes of the entries."""
    rows = Leaf.objects.order_by("index").values_list("entry__canonical", flat=True)
    return [leaf_hash(bytes(one)) for one in rows]


def root() -> bytes:
    return root_of(leaves())


def complete() -> bool:
    """Every entry has exactly one place, places run from 0 without a gap, and nobody waits."""
    indexes = list(Leaf.objects.order_by("index").values_list("index", flat=True))
    return not Waiting.objects.exists() and indexes == list(range(Entry.objects.count()))
