"""Probes answer machines that know no host, no session and no TLS; readiness says what is missing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from madang.ground.footing.gauges import GAUGES, Gauge
from madang.web.operation import probes

# As a load balancer asks in production: by address, over plain HTTP.
BARE = {"headers": {"host": "10.0.0.7:8000"}}
PRODUCTION = override_settings(ALLOWED_HOSTS=["madang.example.go.kr"], SECURE_SSL_REDIRECT=True)


@PRODUCTION
def test_alive_asks_nothing():
    """Without the database mark: a query would fail this test."""
    response = Client().get("/healthz", **BARE)
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert Client().get("/", **BARE).status_code in (301, 400)


@PRODUCTION
@pytest.mark.django_db
def test_ready_where_everything_answers():
    response = Client().get("/readyz", **BARE)
    assert response.status_code == 200
    assert response.json() == {"ready": True, "checks": {"database": "ok", "migrations": "ok", "cache": "ok"}}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_not_ready_while_migrations_wait():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ground_footing' AND name = '0002_jobs'")
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == "1 wait: madang manage migrate"


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_database(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "not_there")
    connection.close()
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "does not answer", "migrations": "unknown", "cache": "ok"}
    assert "not_there" not in response.content.decode()
    connection.close()


@pytest.mark.django_db
def test_not_ready_without_its_cache(monkeypatch):
    def broken(*args):
        raise ConnectionError

    monkeypatch.setattr(probes.cache, "set", broken, raising=False)
    assert Client().get("/readyz").json()["checks"]["cache"] == "does not answer"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_read_only(path):
    assert Client().post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("settings", "request_", "status"),
    [
        ({}, {"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({}, {"REMOTE_ADDR": "::1"}, 200),
        ({}, {"REMOTE_ADDR": "192.0.2.8"}, 403),
        # A proxy on this machine passes a stranger's request on.
        ({}, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.8"}, 403),
        ({"TRUSTED_PROXIES": 1}, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.8"}, 403),
        ({"TRUSTED_PROXIES": 1}, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1, 192.0.2.8"}, 403),
        ({"METRICS_TOKEN": "t0ken"}, {"REMOTE_ADDR": "192.0.2.8", "HTTP_AUTHORIZATION": "Bearer t0ken"}, 200),
        ({"METRICS_TOKEN": "t0ken"}, {"REMOTE_ADDR": "192.0.2.8", "HTTP_AUTHORIZATION": "Bearer other"}, 403),
        ({"METRICS_TOKEN": ""}, {"REMOTE_ADDR": "192.0.2.8", "HTTP_AUTHORIZATION": "Bearer "}, 403),
        ({"METRICS_NETWORKS": ["192.0.2.0/24"]}, {"REMOTE_ADDR": "192.0.2.8"}, 200),
    ],
)
def test_who_may_measure(settings, request_, status):
    with override_settings(**settings):
        assert Client().get("/metrics", **request_).status_code == status


def series() -> dict[str, int]:
    """How many series each of our metrics has."""
    text = Client().get("/metrics").content.decode()
    families = list(text_string_to_metric_families(text))
    return {one.name: len(one.samples) for one in families if one.name.startswith("madang_")}


@pytest.mark.django_db
def test_labels_are_few_whatever_is_asked_for():
    Client().get("/proposals/999999/")
    Client().get("/nowhere/0")
    Client().generic("BREW", "/nowhere/0")
    before = series()
    for number in range(60):
        Client().get(f"/proposals/{number + 10**9}/")
        Client().get(f"/nowhere/{number}?q={number}")
        Client().generic(f"BREW{number}", f"/nowhere/{number}")
    assert series() == before


@pytest.mark.django_db
def test_the_queue_and_the_record_are_measured():
    found = series()
    for name in ("madang_request_seconds", "madang_jobs_waiting", "madang_record_entries", "madang_workers"):
        assert name in found


@pytest.mark.django_db
def test_a_number_that_cannot_be_read_leaves_the_others():
    def broken() -> float:
        raise ZeroDivisionError

    GAUGES.register(Gauge("madang_test_broken", "Broken.", broken))
    try:
        text = Client().get("/metrics").content.decode()
    finally:
        GAUGES._entries.pop("madang_test_broken")
    assert "madang_gauges_failed 1.0" in text
    assert "madang_record_entries" in text
