"""A form whose token has expired, most often because one signed in anew in another tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LONGEST = 20_000


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what happened and give back what was typed, so that nothing is lost."""
    del reason
    hidden = {"csrfmiddlewaretoken", "password", "password1", "password2"}
    values = [str(value) for name, value in request.POST.items() if name not in hidden]
    typed = [value[:LONGEST] for value in values if len(value.strip()) > 20]
    return render(request, "403_csrf.html", {"typed": typed, "back": request.get_full_path()}, status=403)
