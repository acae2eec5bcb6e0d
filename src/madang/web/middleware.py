"""The strict content security policy, and a short memory for pages that anonymous visitors share."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class ContentSecurityPolicy:
    """Give each request a nonce and each response the policy that names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = self.get_response(request)
        policy = POLICY.format(nonce=request.csp_nonce)  # type: ignore[attr-defined]
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        return response


class AnonymousPageCache:
    """Serve a whole page from memory to visitors who carry no cookie but the language's.

    A page is stored with its nonce, which is replaced by a fresh one each time it is served. Pages that set a
    cookie (a form with a CSRF token, a message) are never stored.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seconds = settings.ANONYMOUS_CACHE_SECONDS
        if not seconds or request.method != "GET" or set(request.COOKIES) - {settings.LANGUAGE_COOKIE_NAME}:
            return self.get_response(request)
        key = self._key(request)
        if stored := cache.get(key):
            return self._rebuild(request.csp_nonce, *stored)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if self._may_store(response):
            cache.set(key, (response.content, dict(response.headers), request.csp_nonce), seconds)  # type: ignore[attr-defined]
        return response

    @staticmethod
    def _key(request: HttpRequest) -> str:
        parts = (
            request.get_full_path(),
            request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
            request.headers.get("Accept-Language", ""),
            request.headers.get("HX-Request", ""),
            request.get_host(),
        )
        return "page:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @staticmethod
    def _may_store(response: HttpResponseBase) -> bool:
        plain = isinstance(response, HttpResponse) and response.status_code == 200 and not response.cookies
        return (
            plain
            and response.headers.get("Content-Type", "").startswith("text/html")
            and "no-store" not in response.headers.get("Cache-Control", "")
        )

    @staticmethod
    def _rebuild(nonce: str, content: bytes, headers: dict[str, str], stored_nonce: str) -> HttpResponse:
        return HttpResponse(content.replace(stored_nonce.encode(), nonce.encode()), headers=headers)
