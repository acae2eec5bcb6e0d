"""The first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from madang.web import queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is being pursued, where, at which stage, and what one can do today."""
    viewer_home = request.user.home_id if request.user.is_authenticated else None
    return render(request, "web/home.html", queries.home(now=timezone.now(), viewer_home=viewer_home))
