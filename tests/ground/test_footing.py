"""Limits and registries, on which every room stands."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from madang.ground.footing import limits
from madang.ground.footing.limits import Limit, take
from madang.ground.footing.models import Bucket
from madang.ground.footing.registry import Registry

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Part:
    key: str
    order: int = 0


@pytest.mark.django_db
def test_a_burst_is_let_through_and_the_next_told_how_long_to_wait():
    limit = Limit(3, 60)
    assert [take("k", limit, now=NOW).allowed for _ in range(4)] == [True, True, True, False]
    refused = take("k", limit, now=NOW)
    assert refused.wait == timedelta(seconds=20)
    assert take("k", limit, now=NOW + refused.wait).allowed
    assert not take("k", limit, now=NOW + refused.wait).allowed
    assert take("another", limit, now=NOW).allowed


@pytest.mark.django_db(transaction=True)
def test_threads_at_once_never_pass_the_limit_together():
    passed = []

    def write() -> None:
        passed.append(take("crowd", Limit(5, 600), now=NOW).allowed)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(passed) == [False] * 11 + [True] * 5


@pytest.mark.django_db
def test_what_limits_nothing_any_more_is_forgotten():
    take("old", Limit(1, 60), now=NOW)
    take("new", Limit(1, 60), now=NOW + timedelta(days=2))
    assert limits.sweep(now=NOW + timedelta(days=2)) == 1
    assert list(Bucket.objects.values_list("key", flat=True)) == ["new"]


def test_a_registry_keeps_order_and_refuses_a_second_of_the_same_key():
    parts: Registry[Part] = Registry("part")
    parts.register(Part("b", 1))
    parts.register(Part("a", 2))
    parts.register(Part("b", 1))
    assert [part.key for part in parts] == ["b", "a"]
    with pytest.raises(ValueError, match="registered twice"):
        parts.register(Part("a", 3))
