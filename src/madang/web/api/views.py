"""The document of the API and the page that explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from madang.web.api import openapi, reference

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    del request
    found = openapi.document(get_language() or "ko")
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same, to be read by people."""
    context = reference.page(openapi.document(get_language() or "ko"), base=request.build_absolute_uri("/api/v1"))
    return render(request, "web/api/docs.html", context)
