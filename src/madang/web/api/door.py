"""The door of the API, the same for every operation: who asks, how often, whether again, and in which form we answer.

It stands inside the middleware of sessions and languages and outside of every operation, so that what no operation
answers (an unknown address, a wrong method, a failure) leaves in the same form.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja.utils import check_csrf

from madang.ground.footing import limits
from madang.ground.footing.requests import client_ip
from madang.ground.people.queries import needs_second_factor
from madang.ground.people.tokens.operations import token_of
from madang.web.api import idempotency
from madang.web.api.problems import TYPE, in_place_of, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

ROOT = "/api/v1/"
# What a page of another site may read: only what everybody may, since no credentials travel with it.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Content-Language",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class ApiDoor:
    """Middleware that guards /api/v1/ and lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ROOT):
            return self.get_response(request)
        response = self._answered(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != TYPE:
            response = in_place_of(request, response)
        return _finished(request, response)

    def _answered(self, request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return _options(self.get_response(request))
        refused = _enter(request) or _suspended(request) or _unreadable(request)
        if refused is not None:
            return refused
        if request.method == "HEAD":
            request.method = "GET"
            request.api_head = True  # type: ignore[attr-defined]
        return idempotency.once(request, self.get_response)


def _enter(request: HttpRequest) -> HttpResponse | None:
    """Name the person, and count the request; the problem where either fails."""
    header = request.headers.get("Authorization", "")
    if header:
        return _enter_by_token(request, header)
    if request.user.is_authenticated and request.method not in idempotency.SAFE and check_csrf(request):
        return problem(request, "forbidden", _("Send the X-CSRFToken of this session, or use a token."))
    return _counted(request)


def _enter_by_token(request: HttpRequest, header: str) -> HttpResponse | None:
    """A token speaks for its owner; a session that came along does not count."""
    mark, _space, secret = header.partition(" ")
    token = token_of(secret.strip(), now=timezone.now()) if mark.lower() == "bearer" else None
    request.user = token.user if token else AnonymousUser()
    request.token = token  # type: ignore[attr-defined]
    refused = _counted(request)
    if token or refused:
        return refused
    return problem(request, "unauthenticated", _("This token does not exist, has expired or was revoked."))


def _suspended(request: HttpRequest) -> HttpResponse | None:
    """An official without a second factor reads what everybody reads, with a session; a token of theirs is refused."""
    reads = request.method in idempotency.SAFE and not getattr(request, "token", None)
    if not request.user.is_authenticated or reads or not needs_second_factor(request.user):
        return None
    return problem(request, "forbidden", _("Set up your second factor on the site first: your role requires it."))


def _counted(request: HttpRequest) -> HttpResponse | None:
    name, who = _counter(request)
    limit = limits.Limit(*settings.API_LIMITS[name])
    taken = limits.take(f"api:{name}:{who}", limit, now=timezone.now())
    wait = -int(-taken.wait.total_seconds() // 1)
    request.api_limit = (name, limit, taken.remaining, wait)  # type: ignore[attr-defined]
    if taken.allowed:
        return None
    return problem(request, "too-many", headers={"Retry-After": str(max(wait, 1))})


def _counter(request: HttpRequest) -> tuple[str, str]:
    """Which limit holds, and for whom: a token, a person, or an address (of which only a keyed digest is kept)."""
    kind = "read" if request.method in idempotency.SAFE else "write"
    if token := getattr(request, "token", None):
        return kind, f"t{token.pk}"
    if request.user.is_authenticated:
        return kind, f"u{request.user.pk}"
    return "anonymous", salted_hmac("madang.api.address", _network(client_ip(request))).hexdigest()[:32]


def _network(address: str) -> str:
    """An address; of IPv6 the network that one household or firm is given, which may hold any number of them."""
    return ":".join(ipaddress.ip_address(address).exploded.split(":")[:4]) if ":" in address else address


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """Text that no database keeps is refused before it travels further; so is a body beyond the limit."""
    try:
        body = request.body
    except RequestDataTooBig:
        return problem(request, "too-large")
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", "") or b"\x00" in body:
        return problem(request, "bad-request", _("Text must not hold the character NUL."))
    return None


def _options(response: HttpResponse) -> HttpResponse:
    """The methods of an address, as the operation's refusal names them."""
    if response.status_code == 404:
        return response
    allowed = response.headers.get("Allow", "GET")
    methods = [*dict.fromkeys([*allowed.split(", "), *(["HEAD"] if "GET" in allowed else []), "OPTIONS"])]
    return HttpResponse(status=204, headers={"Allow": ", ".join(methods), **PREFLIGHT})


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The headers that every answer carries."""
    patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.setdefault("Content-Language", get_language() or "ko")
    if request.method in idempotency.SAFE:
        for name, value in CORS.items():
            response.headers[name] = value
    if links := getattr(request, "api_links", None):
        response.headers["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
    _tell_limit(request, response)
    _tag(request, response)
    if getattr(request, "api_head", False):
        request.method = "HEAD"
    return response


def _tell_limit(request: HttpRequest, response: HttpResponse) -> None:
    if found := getattr(request, "api_limit", None):
        name, limit, remaining, wait = found
        response.headers["RateLimit-Policy"] = f'"{name}";q={limit.count};w={limit.seconds}'
        response.headers["RateLimit"] = f'"{name}";r={remaining};t={wait or limit.seconds}'


def _tag(request: HttpRequest, response: HttpResponse) -> None:
    """The ETag of what was read (the version of its words, then a digest of all), and 304 where the reader has it."""
    version = getattr(request, "api_version", "")
    if response.status_code not in (200, 201) or (request.method != "GET" and not version):
        return
    tag = f'"{version}.{hashlib.sha256(response.content).hexdigest()[:24]}"'
    response.headers["ETag"] = tag
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if request.method == "GET" and (tag in known or "*" in known):
        response.status_code, response.content = 304, b""
        response.headers.pop("Content-Type", None)
