"""`madang check` says what is wrong and how to mend it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from madang.ground.footing.checks import CHECKS, Check
from madang.web import checks
from madang.web.checks import outside, settings, stores, work
from tests.conftest import RECORD

GOOD = {
    "DEMO": False, "BASE_URL": "https://madang.example.go.kr", "ALLOWED_HOSTS": ["madang.example.go.kr"],
    "TRUSTED_PROXIES": 1, "SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 31536000, "SECURE_HSTS_PRELOAD": True,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True,
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz" * 2, "IDENTITY_KEY": "zyxwvutsrqponmlkjihgfedcba" * 2,
}  # fmt: skip


def told(found) -> str:
    return " ".join(one.what for one in found)


@pytest.mark.parametrize(
    ("asked", "changed", "said"),
    [
        (settings.problems, {}, ""),
        (settings.secrets, {}, ""),
        (settings.problems, {"BASE_URL": "http://madang.example.go.kr"}, "not served over TLS"),
        (settings.problems, {"ALLOWED_HOSTS": ["*"]}, "Every host name"),
        (settings.problems, {"ALLOWED_HOSTS": ["other.go.kr"]}, "is not among its host names"),
        (settings.problems, {"ALLOWED_HOSTS": [".example.go.kr"]}, ""),
        (settings.problems, {"TRUSTED_PROXIES": 0}, "redirected for ever"),
        (settings.problems, {"SESSION_COOKIE_SECURE": False}, "SESSION_COOKIE_SECURE"),
        (settings.secrets, {"SECRET_KEY": "short"}, "MADANG_SECRET_KEY is shorter"),
        (settings.secrets, {"IDENTITY_KEY": "ab" * 40}, "too few different"),
        (settings.secrets, {"IDENTITY_KEY": GOOD["SECRET_KEY"]}, "same as MADANG_SECRET_KEY"),
    ],
)
def test_settings(asked, changed, said):
    with override_settings(**GOOD | changed):
        found = list(asked())
    assert (said in told(found)) if said else found == []
    assert all(one.mend for one in found)


@pytest.mark.django_db
def test_a_guard_of_the_record_that_is_gone_is_noticed():
    with connection.cursor() as cursor:
        for table in RECORD:
            cursor.execute(f"ALTER TABLE ground_record_{table} ENABLE TRIGGER ground_record_no_truncate")
        assert list(stores._guards()) == []
        cursor.execute("ALTER TABLE ground_record_entry DISABLE TRIGGER ground_record_append_only")
        assert "entry.append_only" in told(stores._guards())
        cursor.execute("ALTER TABLE ground_record_entry ENABLE TRIGGER ground_record_append_only")
        cursor.execute("DROP TRIGGER ground_record_no_gap ON ground_record_leaf")
        assert "leaf.no_gap" in told(stores._guards())
        for table in RECORD:
            cursor.execute(f"ALTER TABLE ground_record_{table} DISABLE TRIGGER ground_record_no_truncate")


@pytest.mark.django_db
def test_waiting_migrations_are_noticed():
    assert list(stores.migrations()) == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ground_footing' AND name = '0002_jobs'")
    assert "1 migrations wait" in told(stores.migrations())


@pytest.mark.django_db
def test_the_database_answers():
    assert list(stores.database()) == []


@pytest.mark.django_db
def test_clocks_that_differ_are_noticed(monkeypatch):
    monkeypatch.setattr(stores, "SKEW", timedelta(0))
    assert "clocks" in told(stores.database())


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told_with_its_mend(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "not_there")
    connection.close()
    (found,) = stores.database()
    assert "does not answer" in found.what
    assert "DATABASE_URL" in found.mend
    connection.close()


def test_uploads_are_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(stores, "default_storage", FileSystemStorage(tmp_path))
    assert list(stores.uploads()) == []
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    monkeypatch.setattr(stores, "default_storage", FileSystemStorage(tmp_path / "file"))
    assert "cannot be written" in told(stores.uploads())


@pytest.mark.django_db
def test_a_missing_worker_and_failed_jobs_are_noticed():
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
        )
        assert "No worker runs" in told(work.problems())
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        assert list(work.problems()) == []
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 't', 'failed')"
        )
        assert "1 jobs of the queue default have failed" in told(work.problems())
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) VALUES ('slow', 't', %s)",
            [timezone.now() - timedelta(minutes=20)],
        )
        assert "the oldest for 20 minutes" in told(work.problems())


@pytest.fixture
def mail_server():
    """A server that greets, and answers everything with the given code."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        talk, _ = server.accept()
        with talk, talk.makefile("rwb", buffering=0) as stream:
            stream.write(b"220 mail.example.go.kr\r\n")
            while line := stream.readline():
                stream.write(b"221 bye\r\n" if line.lower().startswith(b"quit") else b"250 mail.example.go.kr\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.close()


def test_the_mail_server_is_asked(mail_server):
    smtp = {"EMAIL_BACKEND": outside.SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_USE_TLS": False, "DEMO": False}
    with override_settings(**smtp, EMAIL_PORT=mail_server):
        assert list(outside.mail()) == []
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with override_settings(**smtp, EMAIL_PORT=port):
        assert "takes no mail" in told(outside.mail())
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend", DEMO=False):
        assert "reach nobody" in told(outside.mail())


def test_a_broken_key_of_web_push_is_noticed(tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    file = tmp_path / "vapid.pem"
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with override_settings(VAPID_PRIVATE_KEY="", VAPID_FILE=file):
        assert list(outside.push()) == []
        for curve, sound in ((ec.SECP256R1(), True), (ec.SECP384R1(), False)):
            file.write_bytes(ec.generate_private_key(curve).private_bytes(*pem))
            assert (list(outside.push()) == []) is sound
        file.write_text("nothing")
        assert "push notices" in told(outside.push())


@pytest.mark.django_db
def test_a_check_that_breaks_leaves_the_others(monkeypatch):
    def broken():
        raise ZeroDivisionError("no")

    CHECKS.register(Check("broken", "Broken thing", broken, order=-1))
    try:
        found = checks.problems()
    finally:
        CHECKS._entries.pop("broken")
    assert found[0].problem.what == "The check of broken thing could not be carried out: ZeroDivisionError: no"
    assert len(found) > 1


def test_the_command_writes_json_and_fails_where_something_is_wrong(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "madang.web.cli", "check", "--json", "-"], capture_output=True, text=True, check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "madang.web.settings.demo", "MADANG_DATA_DIR": str(tmp_path)},
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["ok"] is False
    assert {"settings", "database", "record", "mail", "workers"} <= set(told["parts"])
    assert all(one["what"] and one["mend"] for one in told["problems"])
    assert Path(tmp_path).is_dir()
