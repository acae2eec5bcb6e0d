"""What several pages of the record share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madang.ground.footing.keyset import Page


def crumbs(*trail: str | tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page of the record; the last is the page itself."""
    pairs = [(one, "") if isinstance(one, str) else one for one in trail]
    return [{"label": label, "url": url} for label, url in [(_("Public record"), reverse("record:list")), *pairs]]


def address(name: str, **values: int) -> str:
    """An address of the record with its query, such as where a proof lies."""
    return f"{reverse(f'record:{name}')}?{urlencode(values)}"


def turning(request: HttpRequest, found: Page[Any]) -> dict[str, str]:
    """Addresses of the pages around, filters kept."""
    links = {}
    for name, cursor in (("next_url", found.next), ("prev_url", found.previous)):
        query = request.GET.copy()
        query["after"] = cursor
        links[name] = f"?{query.urlencode()}" if cursor else ""
    return links


def checklist(told: dict[str, bool]) -> dict[str, object]:
    """What was checked, in words, and whether all of it holds."""
    words = {
        "openings": _("The words shown are those that were recorded"),
        "leaf": _("The bytes give this hash"),
        "path": _("The hashes lead to the signed root"),
        "signature": _("The signature of the root holds"),
    }
    return {"rows": [(key, words[key], holds) for key, holds in told.items()], "holds": all(told.values())}
