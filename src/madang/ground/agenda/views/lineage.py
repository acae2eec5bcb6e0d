"""Making one item of two, taking that back, and making two of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madang.ground.agenda import lineage, operations, queries
from madang.ground.agenda.forms import DivisionForm, MergerForm, ReasonForm
from madang.ground.agenda.models import AgendaItem, Merger
from madang.ground.agenda.permissions import EDIT
from madang.ground.agenda.views.frame import actor, carried_out, crumbs, editable
from madang.ground.people.permissions import require, scope

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _merger(item: AgendaItem) -> Merger | None:
    """The merger in force of an item."""
    return item.mergers.filter(undone_at=None).select_related("target__place", "merged_by").first()


def _targets(request: HttpRequest, item: AgendaItem, q: str) -> list[AgendaItem]:
    """Open items that the reader may decide on: this one is asked for by its number, or found by words."""
    sent = request.POST.get("target", "")
    rows = scope(request.user, EDIT, AgendaItem.objects.exclude(stage="closed"))
    if sent.isdecimal() and len(sent) < 19:
        return list(rows.filter(pk=int(sent)).exclude(pk=item.pk).select_related("place").defer("place__boundary"))
    allowed = set(rows.filter(pk__in=[one.pk for one in queries.pickable(item, q)]).values_list("pk", flat=True))
    return [one for one in queries.pickable(item, q) if one.pk in allowed]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merger(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge an item into another; where that was done, say so and offer to take it back."""
    item, q = editable(request, pk), request.GET.get("q", "").strip()[:100]
    title = _("Merge into another item")
    context: dict[str, object] = {"item": item, "q": q, "title": title, "crumbs": crumbs(item, title)}
    if item.merged_into_id:
        context |= {"merger": _merger(item), "undoing": ReasonForm()}
        return render(request, "agenda/merger.html", context)
    form = MergerForm(request.POST or None, items=_targets(request, item, q))

    def merge() -> object:
        target = form.chosen()
        require(request.user, EDIT, target)
        return operations.merge(
            source=item, target=target, reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    posted = request.method == "POST"
    if posted and form.is_valid() and carried_out(merge, form):
        messages.success(request, _("The item is merged. Its voices and followers went along."))
        return redirect(item)
    return render(request, "agenda/merger.html", {**context, "form": form}, status=422 if posted else 200)


@require_POST
@login_required
def merger_undoing(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merger back."""
    item = editable(request, pk)
    found, form = _merger(item), ReasonForm(request.POST)
    if found is None:
        messages.info(request, _("This item is not merged into another."))
        return redirect(item)

    def undo() -> object:
        return operations.undo_merger(
            merger=found, reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(undo, form):
        messages.success(request, _("The item stands by itself again, with what it brought."))
        return redirect(item)
    title = _("Merge into another item")
    context = {"item": item, "title": title, "merger": found, "undoing": form, "crumbs": crumbs(item, title)}
    return render(request, "agenda/merger.html", context, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def division(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an item of its own from a part of one."""
    item, q = editable(request, pk), request.GET.get("q", "").strip()[:100]
    choices = lineage.choices(item, q)
    form = DivisionForm(request.POST or None, choices=choices, initial={"field": item.field})

    def divide() -> object:
        data = form.cleaned_data
        return operations.divide(
            item=item, title=data["title"], summary=data["summary"], field=data["field"], reason=data["reason"],
            chosen=[int(key) for key in data["chosen"]], by=actor(request), now=timezone.now(),
        )  # fmt: skip

    posted = request.method == "POST"
    if posted and form.is_valid() and carried_out(divide, form):
        messages.success(request, _("The new item stands beside this one."))
        return redirect(item)
    title = _("Divide the item")
    context = {"item": item, "form": form, "q": q, "choices": choices, "title": title, "crumbs": crumbs(item, title)}
    return render(request, "agenda/division.html", context, status=422 if posted else 200)
