"""What every page of an item shares: the item or 404, who may decide, refusals on the form, crumbs and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.ground.agenda import operations, queries
from madang.ground.agenda.models import AgendaItem
from madang.ground.agenda.permissions import EDIT
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from madang.ground.people.models import User


def actor(request: HttpRequest) -> User:
    """The person who decides; every address that asks for one lets only signed-in people in."""
    return cast("User", request.user)


def item_or_404(pk: int, *, full: bool = False) -> AgendaItem:
    """The item; `full`: with everything that stands around it."""
    try:
        return queries.in_full(pk) if full else queries.item(pk)
    except AgendaItem.DoesNotExist as missing:
        raise Http404(_("There is no such agenda item.")) from missing


def editable(request: HttpRequest, pk: int) -> AgendaItem:
    item = item_or_404(pk)
    require(request.user, EDIT, item)
    return item


def decision(
    request: HttpRequest, item: AgendaItem, form: forms.BaseForm, act: Callable[[], object], title: str, done: str
) -> HttpResponse:
    """Ask, check, act, and return to the thread; what was typed stays where the decision was refused."""
    posted = request.method == "POST"
    if posted and form.is_valid() and carried_out(act, form):
        messages.success(request, done)
        return redirect(item)
    context = {"item": item, "form": form, "title": title, "crumbs": crumbs(item, title)}
    return render(request, "agenda/decision.html", context, status=422 if posted else 200)


def carried_out(act: Callable[[], object], form: forms.BaseForm) -> bool:
    """Do it; where it is refused, say why on the form."""
    try:
        act()
    except operations.AgendaError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def crumbs(item: AgendaItem, here: str) -> list[dict[str, str]]:
    return [
        {"label": _("Agenda"), "url": reverse("agenda:list")},
        {"label": item.title, "url": item.get_absolute_url()},
        {"label": here, "url": ""},
    ]


def turning(request: HttpRequest, found: object) -> dict[str, str]:
    """Addresses of the pages around, filters kept."""
    links = {}
    for name, cursor in (("next_url", found.next), ("prev_url", found.previous)):  # type: ignore[attr-defined]
        query = request.GET.copy()
        query["after"] = cursor
        links[name] = f"?{query.urlencode()}" if cursor else ""
    return links
