"""The inbox: new voices and answers owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from madang.explore.proposals.forms_desk import InboxForm
from madang.explore.proposals.operations import moderation
from madang.explore.proposals.queries import desk
from madang.explore.proposals.views.desk_frame import actor, around, crumbs, enter, tabs
from madang.explore.proposals.views.responses import back_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What is new in my places, and what is due."""
    scope = enter(request)
    form = InboxForm(request.GET, scope=scope)
    filters = form.chosen()
    found = desk.inbox(filters, scope, now=timezone.now(), after=request.GET.get("after", ""))
    waiting = desk.counts(scope)
    here = "due" if filters.tab == "due" else "inbox"
    context = {
        "form": form,
        "filters": filters,
        "found": found,
        "scope": scope,
        "tabs": tabs(here, scope, waiting),
        "crumbs": crumbs(),
        "now": timezone.now(),
        **around(request, found.next, found.previous),
    }
    return render(request, "desk/inbox.html", context)


@login_required
@require_POST
def selection(request: HttpRequest) -> HttpResponse:
    """One decision about the chosen voices (POST: voices, to, next): seen, or on to an item, new or existing."""
    scope = enter(request)
    if not scope.edited:
        raise PermissionDenied
    chosen = desk.selected(request.POST.getlist("voices"), scope)
    if not chosen:
        messages.warning(request, _("Choose at least one proposal first."))
        return back_to(request, "desk:inbox")
    if (to := request.POST.get("to", "")) in ("promotion", "evidence"):
        return redirect(f"{reverse(f'desk:{to}')}?{urlencode({'voices': [voice.pk for voice in chosen]}, doseq=True)}")
    count = moderation.mark_seen(proposals=[voice.pk for voice in chosen], by=actor(request), now=timezone.now())
    text = ngettext("%(n)d proposal was taken out of the inbox.", "%(n)d proposals were taken out of the inbox.", count)
    messages.success(request, text % {"n": count})
    return back_to(request, "desk:inbox")
