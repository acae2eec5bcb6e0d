"""What several views answer in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.ground.footing.requests import back_to, method_of, to_sign_in, wants_fragment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

__all__ = [
    "back_to",
    "kind_and_count",
    "masked_note",
    "method_of",
    "page",
    "sign_in",
    "typed_before",
    "wants_fragment",
]
TYPED = "typed"
DONE = "draft_done"


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """A page, or its named part for htmx. Both stand under one address, so caches must tell them apart."""
    name = f"{template}#{partial}" if partial and wants_fragment(request) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def sign_in(request: HttpRequest, back: str) -> HttpResponse:
    """Send somebody to sign in, and then back. What they had typed is kept for that moment."""
    if request.method == "POST":
        kept = {key: value[:40_000] for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
        request.session[TYPED] = kept
        messages.info(request, _("Please sign in first. What you typed is kept and waits for you."))
    return to_sign_in(request, back)


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What somebody had typed before they had to sign in; handed out once."""
    return request.session.pop(TYPED, {}) if request.session.get(TYPED) else {}


def masked_note(masked: Mapping[str, int]) -> str:
    """Say what was masked: "Masked before publishing: 1 telephone number, 2 e-mail addresses"."""
    if not masked:
        return ""
    return _("Masked before publishing: %(list)s.") % {
        "list": ", ".join(kind_and_count(kind, count) for kind, count in masked.items())
    }


def kind_and_count(kind: str, count: int) -> str:
    """Such as "2 telephone numbers"."""
    words = {
        "email": ngettext("%(n)d e-mail address", "%(n)d e-mail addresses", count),
        "phone": ngettext("%(n)d telephone number", "%(n)d telephone numbers", count),
        "resident_number": ngettext("%(n)d resident registration number", "%(n)d resident registration numbers", count),
        "card": ngettext("%(n)d card number", "%(n)d card numbers", count),
        "account": ngettext("%(n)d account number", "%(n)d account numbers", count),
        "passport": ngettext("%(n)d passport number", "%(n)d passport numbers", count),
    }
    return words.get(kind, f"%(n)d {kind}") % {"n": count}
