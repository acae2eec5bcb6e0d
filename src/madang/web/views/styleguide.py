"""The style guide: every component in every state, from made-up data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from madang.web.views import _styleguide_data as data

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components (GET). Needs no database."""
    return render(request, "web/styleguide/index.html", data.context())
