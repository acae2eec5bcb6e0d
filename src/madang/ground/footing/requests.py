"""Whose request it is, behind proxies that may or may not be trusted, and what it asks for."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

if TYPE_CHECKING:
    from django.http import HttpRequest


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, which takes a part of a page."""
    return bool(getattr(request, "htmx", False))


def method_of(request: HttpRequest) -> str:
    """DELETE for a real one and for a form that says so (forms can only post)."""
    if request.method == "POST" and request.POST.get("_method", "").upper() == "DELETE":
        return "DELETE"
    return request.method or "GET"


def back_to(request: HttpRequest, fallback: str) -> HttpResponse:
    """Return to where a form was sent from (its field `next`), if that is a page of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target) if safe and target else redirect(fallback)


def to_sign_in(request: HttpRequest, back: str) -> HttpResponse:
    """Lead to the sign-in page, and from there back."""
    target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def client_ip(request: HttpRequest) -> str:
    """The address of who asks, for rate limits and logs: as plain text, "" where it is unknown.

    MADANG_TRUSTED_PROXIES tells how many proxies of one's own stand before the site. Each adds the address that it saw
    to the end of X-Forwarded-For; whatever stands further left was sent by the visitor and proves nothing.
    """
    remote = _address(request.META.get("REMOTE_ADDR", ""))
    trusted: int = settings.TRUSTED_PROXIES
    if not trusted:
        return remote
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return (_address(forwarded[-trusted]) or remote) if len(forwarded) >= trusted else remote


def from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether headers that only one's own proxy may set can be believed."""
    del request
    return bool(settings.TRUSTED_PROXIES)


def _address(text: str) -> str:
    """An IP address in its shortest form, without port and zone; an IPv4 address mapped into IPv6 becomes itself."""
    bare = text.strip().strip("[]") if text.count(":") != 1 else text.partition(":")[0]
    if bare.startswith("[") or "]" in bare:
        bare = bare.strip("[").partition("]")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
