"""Each request has a number and one line in the log, without what is nobody's business."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from madang.ground.footing import jobs
from madang.ground.footing.bound import Bound, bound
from madang.ground.footing.requests import client_ip
from tests.factories import UserFactory


@pytest.fixture
def lines(monkeypatch):
    """Log lines as a collector would read them."""
    from pythonjsonlogger.json import JsonFormatter

    options = {
        key: value for key, value in settings.LOGGING["formatters"]["json"].items() if key not in ("()", "format")
    }
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(settings.LOGGING["formatters"]["json"]["format"], **options))
    handler.addFilter(Bound())
    root, access = logging.getLogger(), logging.getLogger("madang.access")
    root.addHandler(handler)
    monkeypatch.setattr(access, "level", logging.INFO)
    access.manager._clear_cache()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    access.manager._clear_cache()


@pytest.mark.django_db
def test_one_line_a_request(lines):
    user = UserFactory(email="kim@example.org")
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("participation:notices") + "?q=비밀")
    (line,) = [one for one in lines() if one["logger"] == "madang.access"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "participation:notices", 200)
    assert line["request_id"] == response["X-Request-ID"]
    assert line["queries"] > 0
    assert line["ms"] >= line["sql_ms"] > 0
    assert len(line["user"]) == 12
    text = json.dumps(line, ensure_ascii=False)
    assert "kim@" not in text
    assert "비밀" not in text
    assert user.display_name not in text
    assert "127.0.0.1" not in text


@pytest.mark.django_db
def test_secret_paths_are_not_logged(lines):
    Client().get("/accounts/password/reset/key/3f-c0ffee-secret/")
    Client().get("/nowhere/kim@example.org")
    told = json.dumps(lines(), ensure_ascii=False)
    assert "c0ffee" not in told
    assert "kim@" not in told
    assert "account_reset_password_from_key" in told


@pytest.mark.django_db
def test_the_page_of_a_failure_tells_the_number_that_the_log_has(lines, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("madang.web.views.home.render", broken)
    response = Client(raise_request_exception=False).get("/")
    number = response["X-Request-ID"]
    assert response.status_code == 500
    assert number in response.content.decode()
    (failure,) = [one for one in lines() if one["level"] == "ERROR"]
    assert failure["request_id"] == number
    assert "broken on purpose" in failure["exc_info"]
    assert failure["route"] == "home"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [
        (0, "a-number-of-mine", False),
        (1, "a-number-of-mine", True),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, 'in"jected{}', False),
    ],
)
def test_only_ones_own_proxy_names_a_request(proxies, given, kept):
    with override_settings(TRUSTED_PROXIES=proxies):
        response = Client().get("/styleguide", headers={"x-request-id": given})
    assert (response["X-Request-ID"] == given) is kept
    assert len(response["X-Request-ID"]) >= 8


@pytest.mark.django_db
def test_a_job_carries_the_number_of_the_request_that_asked_for_it():
    with bound(request="abcdef123456"):
        started = jobs.start(task="tests.number", key="number", label="Work", now=timezone.now())
    assert ProcrastinateJob.objects.get(pk=started.progress.job_id).args["request"] == "abcdef123456"


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "expected"),
    [
        (0, "192.0.2.1", "", "192.0.2.1"),
        (0, "192.0.2.1", "198.51.100.9", "192.0.2.1"),
        (1, "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        # What the visitor sends stands left of what the proxies add.
        (1, "10.0.0.1", "203.0.113.66, 198.51.100.9", "198.51.100.9"),
        (2, "10.0.0.1", "203.0.113.66, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (2, "10.0.0.1", "10.0.0.2", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "10.0.0.1", "nonsense", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
        (1, "10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "10.0.0.1", "2001:DB8:0:0::7", "2001:db8::7"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "fe80::1%eth0", "", "fe80::1"),
        (0, "", "", ""),
    ],
)
def test_whose_address(proxies, remote, forwarded, expected):
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": remote} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_ip(request) == expected


def production(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MADANG_")} | {
        "DJANGO_SETTINGS_MODULE": "madang.web.settings.production",
        "MADANG_SECRET_KEY": "k3y-" * 5 + "Zq8vXw2LmN5pRt7yBc4dFg6hJk9sAe1uWiOoPzQx",
        "MADANG_ALLOWED_HOSTS": "madang.example.go.kr",
        "MADANG_IDENTITY_KEY": "1d3nt1ty-" * 5,
    }
    return subprocess.run(
        [sys.executable, "-m", "madang.web.cli", *arguments],
        env=environment | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_production_settings_pass_djangos_check_for_deployment():
    done = production("manage", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout + done.stderr or "no issues" in done.stdout + done.stderr


def test_production_logs_json_where_asked():
    code = "import logging, django; django.setup(); logging.getLogger('madang.access').info('hello', extra={'ms': 3})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env=os.environ | {
            "DJANGO_SETTINGS_MODULE": "madang.web.settings.production", "MADANG_LOG_FORMAT": "json",
            "MADANG_SECRET_KEY": "k3y" * 20, "MADANG_IDENTITY_KEY": "1d3nt1ty-" * 5,
        },
    )  # fmt: skip
    line = json.loads(done.stderr.strip().splitlines()[-1])
    assert (line["level"], line["logger"], line["message"], line["ms"]) == ("INFO", "madang.access", "hello", 3)
