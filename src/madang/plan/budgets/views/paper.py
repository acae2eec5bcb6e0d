"""The counter: sheets handed out, read by two people, decided by a third."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.people.permissions import actor, can, require
from madang.plan.budgets.forms_paper import RangeForm, ReadingForm, SheetForm
from madang.plan.budgets.models import PaperEntry
from madang.plan.budgets.operations import paper
from madang.plan.budgets.permissions_voting import DECIDE, ENTER
from madang.plan.budgets.queries import paper as queries
from madang.plan.budgets.views.frame import crumbs, seen

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from madang.plan.budgets.models import Budget


def _desk(request: HttpRequest, budget: Budget, status: int = 200, **given: forms.Form) -> HttpResponse:
    context: dict[str, Any] = {
        "budget": budget, "desk": queries.desk(budget, actor(request.user)),
        "crumbs": crumbs(budget, (_("Paper ballots"), "")),
        "range_form": RangeForm(budget=budget), "sheet_form": SheetForm(budget=budget),
        "may_decide": can(request.user, DECIDE, budget),
    }  # fmt: skip
    return render(request, "budgets/paper/desk.html", context | given, status=status)


@login_required
@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits, and how far the sheets are."""
    budget = seen(request, pk)
    require(request.user, ENTER, budget)
    return _desk(request, budget)


@login_required
@require_POST
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a run of sheets to a counter."""
    budget = seen(request, pk)
    require(request.user, ENTER, budget)
    form = RangeForm(request.POST, budget=budget)
    if not form.is_valid():
        return _desk(request, budget, 422, range_form=form)
    try:
        made = paper.issue_range(budget=budget, **form.cleaned_data, by=actor(request.user), now=timezone.now())
    except paper.PaperError as refused:
        form.add_error(None, str(refused))
        return _desk(request, budget, 409, range_form=form)
    messages.success(request, _("%(n)s sheets are entered as handed out.") % {"n": f"{made:,}"})
    return redirect("budgets:paper", pk)


@login_required
@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand one sheet to a person."""
    budget = seen(request, pk)
    require(request.user, ENTER, budget)
    form = SheetForm(request.POST, budget=budget)
    if not form.is_valid():
        return _desk(request, budget, 422, sheet_form=form)
    told, identity = form.cleaned_data, form.identity()
    assert identity is not None  # the form asks for all of it
    try:
        paper.issue_to(
            budget=budget, serial=told["serial"], identity=identity, district=told["district"], by=actor(request.user),
            now=timezone.now(),
        )  # fmt: skip
    except paper.PaperError as refused:
        form.add_error(None, str(refused))
        return _desk(request, budget, 409, sheet_form=form)
    messages.success(request, _("Sheet %(serial)s is entered as handed out.") % {"serial": told["serial"]})
    return redirect("budgets:paper", pk)


def _reading(
    request: HttpRequest, budget: Budget, form: ReadingForm, *, deciding: bool, status: int = 200
) -> HttpResponse:
    serial = form["serial"].value() or ""
    readings = PaperEntry.objects.filter(budget=budget, serial=serial) if deciding else ()
    context = {
        "budget": budget, "form": form, "deciding": deciding, "readings": readings,
        "crumbs": crumbs(budget, (_("Paper ballots"), reverse("budgets:paper", args=[budget.pk])), (_("Sheet"), "")),
    }  # fmt: skip
    return render(request, "budgets/paper/reading.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """What this person reads on a sheet; what another one read is not shown."""
    budget = seen(request, pk)
    require(request.user, ENTER, budget)
    if request.method != "POST":
        form = ReadingForm(initial={"serial": request.GET.get("serial", "")[:40]}, budget=budget)
        return _reading(request, budget, form, deciding=False)
    return _enter(request, budget, deciding=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """A third person decides on a sheet that was read in two ways; both are shown."""
    budget = seen(request, pk)
    require(request.user, DECIDE, budget)
    if request.method != "POST":
        form = ReadingForm(initial={"serial": request.GET.get("serial", "")[:40]}, budget=budget)
        return _reading(request, budget, form, deciding=True)
    return _enter(request, budget, deciding=True)


def _enter(request: HttpRequest, budget: Budget, *, deciding: bool) -> HttpResponse:
    form = ReadingForm(request.POST, budget=budget)
    if not form.is_valid():
        return _reading(request, budget, form, deciding=deciding, status=422)
    act = paper.decide if deciding else paper.enter
    try:
        entry = act(budget=budget, reading=form.reading(), by=actor(request.user), now=timezone.now())
    except paper.PaperError as refused:
        form.add_error(None, str(refused))
        return _reading(request, budget, form, deciding=deciding, status=409)
    messages.success(request, _said(entry))
    page = "budgets:paper" if deciding else "budgets:paper_reading"
    return redirect(page, budget.pk)


def _said(entry: PaperEntry) -> str:
    told = {"serial": entry.serial}
    if entry.status == PaperEntry.Status.DIFFERENT:
        return _("Sheet %(serial)s: the two readings differ. A third person decides.") % told
    if entry.status == PaperEntry.Status.AGREED and entry.voter_id:
        return _("Sheet %(serial)s: both readings agree. It is a ballot.") % told
    if entry.status == PaperEntry.Status.AGREED:
        return _("Sheet %(serial)s: its person has a ballot already. The sheet is set aside as a double.") % told
    if entry.status == PaperEntry.Status.VOID and entry.reading > 1:
        return _("Sheet %(serial)s is void.") % told
    return _("Sheet %(serial)s: the first reading is in. Somebody else reads it now.") % told
