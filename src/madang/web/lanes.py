"""Where lanes meet the web: in front of Django under a server of ours, as a page of Django's elsewhere."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from madang.ground.footing import lanes
from madang.web.operation import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest

PREFIX = "/lanes/"
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 411: "Length Required",
    413: "Content Too Large", 415: "Unsupported Media Type", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip


class Front:
    """Answers `POST /lanes/<key>` by itself and hands everything else to Django, so many requests at once.

    at_once: requests in Django at a time; 0 sets no limit. The threads beyond them wait for the lanes' commits, which
    costs nothing; a database connection is held by Django's requests alone, and one by each committer.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], *, at_once: int = 0) -> None:
        self._django = application
        self._turn = threading.BoundedSemaphore(at_once) if at_once else None
        self._committers: dict[str, lanes.Committer] = {}
        self._making = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX) and environ["REQUEST_METHOD"] == "POST":
            lane = lanes.find(path.removeprefix(PREFIX))
            if lane is not None:
                return self._answer(lane, environ, start_response)
        if self._turn is None:
            return self._django(environ, start_response)
        with self._turn:
            return self._django(environ, start_response)

    def _answer(self, lane: lanes.Lane, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        began = time.perf_counter()
        reply = self._reply(lane, environ)
        start_response(f"{reply.status} {REASONS.get(reply.status, 'Unknown')}", reply.headers)
        metrics.observe(f"lane:{lane.key}", "POST", reply.status, time.perf_counter() - began, 0, 0.0)
        return [reply.body]

    def _reply(self, lane: lanes.Lane, environ: dict[str, Any]) -> lanes.Reply:
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdigit()):
            return lanes.Reply(411, {"error": "length_required"})
        if int(length) > lane.most_bytes:
            return lanes.Reply(413, {"error": "too_long"})
        body = environ["wsgi.input"].read(int(length))
        committer = self._committer(lane)
        return lanes.answer(lane, body, environ.get("CONTENT_TYPE", ""), now=timezone.now(), submit=committer.submit)

    def _committer(self, lane: lanes.Lane) -> lanes.Committer:
        found = self._committers.get(lane.key)
        if found is None:
            with self._making:
                made = lanes.Committer(lane.write, most_waiting=lane.most_waiting)
                found = self._committers.setdefault(lane.key, made)
        return found


@csrf_exempt
@require_POST
def lane(request: HttpRequest, key: str) -> HttpResponse:
    """The same answer from inside Django, for servers that do not run `Front`: slower, as durable."""
    found = lanes.find(key)
    if found is None:
        raise Http404
    reply = lanes.answer(
        found, request.body, request.content_type or "", now=timezone.now(), submit=lanes.direct(found)
    )
    response = HttpResponse(reply.body, status=reply.status)
    for name, value in reply.headers:
        response.headers[name] = value
    return response
