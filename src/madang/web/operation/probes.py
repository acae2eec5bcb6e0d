"""`/healthz`, `/readyz` and `/metrics`: before hosts, sessions and redirects, for machines that know none of these."""

from __future__ import annotations

import functools
import secrets
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse

from madang.ground.footing.requests import client_ip

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

MOST_MS = 2000


class Probes:
    """Answers probes by itself and lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = {"/healthz": alive, "/readyz": ready, "/metrics": metrics}.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = answer(request)
        response["Cache-Control"] = "no-store"
        return response


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing else: a database that is away is no reason to kill a process."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: 200, or 503 with what is missing."""
    del request
    found = {"database": _database(), "migrations": "", "cache": _cache()}
    found["migrations"] = (found["database"] and "unknown") or _migrations()
    is_ready = not any(found.values())
    checks = {name: problem or "ok" for name, problem in found.items()}
    return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(MOST_MS)])
            try:
                cursor.execute("SELECT count(*) FROM django_migrations")
            finally:
                cursor.execute("RESET statement_timeout")
    except DatabaseError:
        connection.close()
        return "does not answer"
    return ""


@functools.cache
def _expected() -> frozenset[tuple[str, str]]:
    """The migrations of this program."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _migrations() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            missing = _expected() - set(cursor.fetchall())
    except DatabaseError:
        return "unknown"
    return f"{len(missing)} wait: madang manage migrate" if missing else ""


def _cache() -> str:
    """A cache that keeps nothing on purpose (tests) is no reason to refuse."""
    try:
        cache.set("readyz", "1", 5)
        cache.get("readyz")
    except Exception:  # noqa: BLE001 - whatever a backend raises
        return "does not answer"
    return ""


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text, for who shows the token or asks from an allowed network."""
    from madang.web.operation.metrics import render

    if not _may_measure(request):
        return HttpResponse("Show the token of MADANG_METRICS_TOKEN.\n", status=403, content_type="text/plain")
    text, kind = render()
    return HttpResponse(text, content_type=kind)


def _may_measure(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and secrets.compare_digest(shown.encode(), token.encode()):
        return True
    # Somebody else's request that a proxy on this machine passes on also comes from 127.0.0.1.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if forwarded and not settings.TRUSTED_PROXIES:
        return False
    address = client_ip(request)
    return bool(address) and any(ip_address(address) in ip_network(one) for one in settings.METRICS_NETWORKS)
