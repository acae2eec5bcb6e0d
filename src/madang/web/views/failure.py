"""The page for what broke: it tells the number by which operators find the reason in the logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseServerError
from django.template import loader

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def failed(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: whatever broke may also break the frame."""
    return HttpResponseServerError(loader.render_to_string("500.html", {"number": getattr(request, "id", "")}))
