"""The officer's decisions about one item: its stage, its record, its words, what inspired it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.ground.agenda import operations, queries, stages
from madang.ground.agenda.forms import InspirationForm, NoteForm, RevisionForm, StageForm
from madang.ground.agenda.permissions import NOTE
from madang.ground.agenda.views.frame import actor, carried_out, crumbs, decision, editable, item_or_404
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the item may go, what each step needs, and the decision."""
    item = editable(request, pk)
    ways = stages.ways(item)
    form = StageForm(request.POST or None, ways=ways, initial={"seen": item.stage})

    def move() -> object:
        data = form.cleaned_data
        return operations.set_stage(
            item=item, stage=data["stage"], reason=data["reason"], forced=data["forced"], seen=data["seen"],
            by=actor(request), now=timezone.now(),
        )  # fmt: skip

    posted = request.method == "POST"
    if posted and form.is_valid() and carried_out(move, form):
        messages.success(request, _("The item now stands at its new stage."))
        return redirect(item)
    title = _("Move to another stage")
    # What each step needs, with the address where it can be mended.
    steps = [(way, [(rule, holds, rule.where(item)) for rule, holds in way.rules]) for way in ways]
    context = {"item": item, "form": form, "steps": steps, "title": title, "crumbs": crumbs(item, title)}
    return render(request, "agenda/stage.html", context, status=422 if posted else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a remark on the public record."""
    item, form = item_or_404(pk), NoteForm(request.POST or None)
    require(request.user, NOTE, item)

    def write() -> object:
        return operations.add_note(item=item, text=form.cleaned_data["text"], by=actor(request), now=timezone.now())

    return decision(request, item, form, write, _("Note for the record"), _("The note stands in the public record."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Word an item better."""
    item = editable(request, pk)
    form = RevisionForm(
        request.POST or None, initial={name: getattr(item, name) for name in ("title", "summary", "field")}
    )

    def revise() -> object:
        return operations.revise(item=item, **form.cleaned_data, by=actor(request), now=timezone.now())

    return decision(request, item, form, revise, _("Revise the wording"), _("The item reads as you have written it."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inspiration(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which items this one learned from: those linked now, and those that a search finds."""
    item = editable(request, pk)
    linked, q = queries.links_of(item)["inspired_by"], request.GET.get("q", "").strip()[:100]
    found = [one for one in queries.pickable(item, q) if one.pk not in {old.pk for old in linked}] if q else []
    form = InspirationForm(request.POST or None, initial={"sources": [one.pk for one in linked]})
    form.offer(linked, found)

    def link() -> object:
        return operations.set_inspired_by(
            item=item, sources=form.cleaned_data["sources"], by=actor(request), now=timezone.now()
        )

    posted = request.method == "POST"
    if posted and form.is_valid() and carried_out(link, form):
        messages.success(request, _("Both items now show the link."))
        return redirect(item)
    title = _("Inspired by")
    context = {"item": item, "form": form, "q": q, "found": found, "title": title, "crumbs": crumbs(item, title)}
    return render(request, "agenda/inspiration.html", context, status=422 if posted else 200)
