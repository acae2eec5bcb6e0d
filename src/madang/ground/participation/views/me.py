"""A person's own pages: what they were told, and what each stage adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.ground.participation import queries, sections

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _tabs(current: str, unread: int) -> list[dict[str, object]]:
    own = [
        {
            "label": section.title,
            "url": reverse("participation:section", args=[section.key]),
            "current": section.key == current,
        }
        for section in sections.registered()
    ]
    told = {
        "label": _("Notices"),
        "url": reverse("participation:notices"),
        "current": current == "notices",
        "count": unread or None,
    }
    return [*own, told]


def page(request: HttpRequest, key: str, template: str, context: dict[str, object]) -> HttpResponse:
    """One of a person's own pages: `template` inside the frame that they share."""
    unread = queries.unread_count(request.user)  # type: ignore[arg-type]
    shared = {
        "tabs": _tabs(key, unread),
        "unread": unread,
        "inner": template,
        "crumbs": [{"label": _("My page"), "url": ""}],
    }
    return render(request, "participation/me.html", {**shared, **context})


@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Lead to the first of one's own pages, or to the notices that wait."""
    del request
    first = sections.registered()[:1]
    return redirect("participation:section", first[0].key) if first else redirect("participation:notices")


@require_safe
@login_required
def section(request: HttpRequest, key: str) -> HttpResponse:
    """What one stage knows of this person."""
    found = sections.find(key)
    if found is None:
        raise Http404(_("There is no such page."))
    context = {**found.query(request.user, request.GET), "section": found}  # type: ignore[arg-type]
    return page(request, key, found.template, context)
