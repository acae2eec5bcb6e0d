"""What every page knows: the navigation and the reader's unread notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.ground.people.queries import is_official, is_platform_admin

if TYPE_CHECKING:
    from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Add site_nav (label, url, current), is_official and demo to the template context."""
    official = is_official(getattr(request, "user", None))
    entries = [
        (_("Agenda"), "agenda:list"),
        (_("Proposals"), "proposals:list"),
        (_("Deliberations"), "deliberations:list"),
        (_("Budgets"), "budgets:list"),
        (_("Themes"), "themes:list"),
        (_("Places"), "places:map"),
        (_("Organizations"), "organizations:list"),
    ]
    if official:
        entries += [(_("Desk"), "desk:inbox"), (_("Routing"), "routing:desk")]
    if official and is_platform_admin(getattr(request, "user", None)):
        entries += [(_("Operation"), "operate:jobs")]
    urls = [(label, reverse(name)) for label, name in entries]
    nav = [{"label": label, "url": url, "current": request.path.startswith(url)} for label, url in urls]
    return {"site_nav": nav, "is_official": official, "demo": getattr(settings, "DEMO", False)}
