"""Browsing the record, one entry, and withholding its words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.people.permissions import actor, can, require
from madang.ground.record import operations
from madang.ground.record.forms import FilterForm, WithholdingForm
from madang.ground.record.models import Entry
from madang.ground.record.permissions import WITHHOLD
from madang.ground.record.queries import browsing
from madang.ground.record.queries.proving import EntryProof, entry_proof
from madang.ground.record.subjects import named
from madang.ground.record.views.parts import checklist, crumbs, turning

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The record, newest first."""
    form = FilterForm(request.GET)
    chosen = form.chosen()
    found = browsing.entries_page(chosen, after=request.GET.get("after", ""))
    context = {
        "form": form,
        "found": found,
        "filtered": any(asdict(chosen).values()) if chosen.place is None else True,
        "standing": browsing.standing(),
        "crumbs": crumbs(),
        **turning(request, found),
    }
    return render(request, "record/list.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the record promises, and what it doesn't."""
    return render(request, "record/about.html", {"crumbs": crumbs(_("What it promises"))})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its bytes, its way to the signed root, and whether it holds."""
    proof = _proof(pk)
    entry = proof.entry
    context = {
        "proof": proof,
        "entry": entry,
        "about": named([entry.subject]).get(entry.subject),
        "checks": checklist(proof.checks()),
        "may_withhold": not entry.is_withheld and can(request.user, WITHHOLD, entry),
        "crumbs": crumbs(_title(entry)),
    }
    return render(request, "record/entry.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withholding(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the words of an entry out of sight."""
    entry = _proof(pk).entry
    require(request.user, WITHHOLD, entry)
    form = WithholdingForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _withheld(request, entry, form):
        messages.success(request, _("The words are withheld. The entry stays and still verifies."))
        return redirect("record:entry", pk=pk)
    trail = crumbs((_title(entry), reverse("record:entry", args=[pk])), _("Withhold the words"))
    context = {"entry": entry, "form": form, "crumbs": trail}
    return render(request, "record/withholding.html", context, status=422 if request.method == "POST" else 200)


def _withheld(request: HttpRequest, entry: Entry, form: WithholdingForm) -> bool:
    why = form.cleaned_data["why"]
    try:
        operations.withhold(entry=entry, why=why, by=actor(request.user), now=timezone.now())
    except operations.ForgettingError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def _proof(pk: int) -> EntryProof:
    try:
        return entry_proof(pk)
    except (Entry.DoesNotExist, OverflowError) as missing:
        raise Http404(
            _("There is no such entry. Nothing is ever taken out of the record: check its number.")
        ) from missing


def _title(entry: Entry) -> str:
    return _("Entry %(number)s") % {"number": entry.pk}
