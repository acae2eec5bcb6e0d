"""A person's own pages: what they were told, and what each stage adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.ground.participation import operations, queries, sections

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


def _page(request: HttpRequest, key: str, template: str, context: dict[str, object]) -> HttpResponse:
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
    return _page(request, key, found.template, context)


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told, newest first."""
    found = queries.notices_of(request.user, after=request.GET.get("after", ""))  # type: ignore[arg-type]
    return _page(request, "notices", "participation/_notices.html", {"told": found.rows, "following": found.next})


@require_POST
@login_required
def reading(request: HttpRequest) -> HttpResponse:
    """Mark all notices read."""
    operations.mark_read(by=request.user, now=timezone.now())  # type: ignore[arg-type]
    return redirect("participation:notices")


@require_safe
@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow a notice to what it tells of; it then counts as read."""
    found = operations.open_notice(by=request.user, notice_id=pk, now=timezone.now())  # type: ignore[arg-type]
    if found is None:
        raise Http404(_("There is no such notice."))
    safe = url_has_allowed_host_and_scheme(found.url, None)
    return redirect(found.url if safe else "participation:notices")
