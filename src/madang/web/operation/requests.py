"""Around every request: its number, what it cost, one line in the log."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.urls import Resolver404, resolve

from madang.ground.footing.bound import bound, route_of
from madang.web.operation import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

log = logging.getLogger("madang.access")
SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
HEADER = "X-Request-ID"


class Cost:
    """Counts the queries of a request, and their time."""

    def __init__(self) -> None:
        self.queries = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.seconds += time.perf_counter() - began


class RequestLog:
    """Give each request a number, and note its route, status, time, queries and (as a keyed hash) who asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began, cost, number = time.perf_counter(), Cost(), _number(request)
        request.id = number  # type: ignore[attr-defined]
        with bound(request=number), connection.execute_wrapper(cost):
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            response.headers[HEADER] = number
            self._note(request, response.status_code, seconds, cost)
        return response

    @staticmethod
    def _note(request: HttpRequest, status: int, seconds: float, cost: Cost) -> None:
        route, method = _route(request), request.method or "-"
        metrics.observe(route, method, status, seconds, cost.queries, cost.seconds)
        if not log.isEnabledFor(logging.INFO):
            return
        told = {
            "method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1),
            "queries": cost.queries, "sql_ms": round(cost.seconds * 1000, 1), "user": _user(request),
        }  # fmt: skip
        log.info("%s %s %s %s ms, %s queries", method, route, status, told["ms"], cost.queries, extra=told)


def _number(request: HttpRequest) -> str:
    """The number that one's own proxy gave, else a new one: a visitor's could be anything."""
    given = request.headers.get(HEADER, "")
    return given if settings.TRUSTED_PROXIES and SHAPE.fullmatch(given) else uuid.uuid4().hex


def _route(request: HttpRequest) -> str:
    """The name of the address; a page from memory was never resolved."""
    found = route_of(request)
    if found != "-":
        return found
    try:
        return resolve(request.path_info).view_name or "-"
    except Resolver404:
        return "-"


def _user(request: HttpRequest) -> str:
    """A keyed hash of the person's number: lines of one person can be told to be of one, not of whom."""
    user = getattr(request, "_cached_user", None)
    if user is None or not user.is_authenticated:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), f"log:{user.pk}".encode(), hashlib.sha256).hexdigest()[:12]
