"""Setting a budget up, step by step; each step is a page of its own, in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.people.permissions import actor, require
from madang.plan.budgets import forms, wording
from madang.plan.budgets.models import Budget
from madang.plan.budgets.operations import setup
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.queries import budgets, checklist
from madang.plan.budgets.queries import setup as offered
from madang.plan.budgets.views.frame import crumbs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

STEPS = (
    ("basics", gettext_noop("Title and purpose")),
    ("pots", gettext_noop("Pots")),
    ("electorate", gettext_noop("Who may vote")),
    ("phases", gettext_noop("Phases")),
    ("ballot", gettext_noop("Ballot and count")),
    ("simulator", gettext_noop("Simulator")),
)
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def editable(request: HttpRequest, pk: int) -> Budget:
    """The budget, for those who set it up. 404 before 403 for whoever may not even see it."""
    try:
        budget = budgets.find(pk)
    except Budget.DoesNotExist as missing:
        raise Http404(_("There is no such budget.")) from missing
    require(request.user, "budgets.set_up", budget)
    return budget


def step_page(
    request: HttpRequest, budget: Budget, step: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """One step with the way to all others beside it."""
    names = {key: _(label) for key, label in STEPS}
    trail = ((_("Set-up"), reverse("budgets:setup", args=[budget.pk])), (names[step], ""))
    tabs = [
        {"label": label, "url": reverse(f"budgets:setup_{key}", args=[budget.pk]), "current": key == step}
        for key, label in names.items()
    ]
    common = {"budget": budget, "step": step, "title": names[step], "tabs": tabs, "crumbs": crumbs(budget, *trail)}
    return render(request, f"budgets/setup/{step}.html", {**common, **context}, status=status)


def done(request: HttpRequest, budget: Budget, following: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(f"budgets:{following}", budget.pk)


@login_required
@form_methods
def new(request: HttpRequest) -> HttpResponse:
    """Begin a budget."""
    places = offered.places_of(request.user)
    if not places:
        raise PermissionDenied(_("Your role does not allow this here."))
    outlines, now = offered.outlines_for(places), timezone.now()
    initial = {"year": now.year + 1, "outline": outlines[0].key, "first": timezone.localdate(now)}
    form = forms.NewBudgetForm(request.POST or None, places=places, offered=outlines, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            budget = setup.create(**form.cleaned_data, by=actor(request.user), now=now)
            return redirect("budgets:setup", budget.pk)
    context = {"form": form, "crumbs": crumbs(None, (_("New budget"), ""))}
    return render(request, "budgets/setup/new.html", context, status=status)


@login_required
@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist: what is done, what is missing and where it is mended."""
    budget, now = editable(request, pk), timezone.now()
    points = checklist.checklist(budget, now)
    context = {
        "budget": budget, "points": points, "crumbs": crumbs(budget, (_("Set-up"), "")),
        "publishable": not any(one.needed_for == "publication" and not one.done for one in points),
        "template_form": forms.TemplateForm(initial={"name": budget.title}),
    }  # fmt: skip
    return render(request, "budgets/setup/overview.html", context)


@login_required
@form_methods
def basics(request: HttpRequest, pk: int) -> HttpResponse:
    budget = editable(request, pk)
    initial = {name: getattr(budget, name) for name in ("title", "year", "description")}
    form = forms.BasicsForm(request.POST if request.method == "POST" else None, initial=initial)
    return _changed(request, budget, "basics", form, "setup_pots")


@login_required
@form_methods
def electorate(request: HttpRequest, pk: int) -> HttpResponse:
    budget = editable(request, pk)
    form = forms.ElectorateForm(request.POST if request.method == "POST" else None, instance=budgets.find(pk))
    return _changed(request, budget, "electorate", form, "setup_phases")


@login_required
@form_methods
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    budget = editable(request, pk)
    form = forms.BallotForm(request.POST if request.method == "POST" else None, instance=budgets.find(pk))
    words = {"ballots": wording.BALLOTS, "rules": wording.RULES}
    return _changed(request, budget, "ballot", form, "setup_simulator", words)


def _changed(
    request: HttpRequest, budget: Budget, step: str, form: Any, following: str, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Show a form of fields of the budget, or carry it out."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                setup.change(budget_id=budget.pk, fields=form.cleaned_data, by=actor(request.user), now=timezone.now())
                return done(request, budget, following)
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    return step_page(request, budget, step, {"form": form, **(more or {})}, status)


@login_required
@form_methods
def pots(request: HttpRequest, pk: int) -> HttpResponse:
    """The pots, a row each."""
    budget = editable(request, pk)
    districts = offered.districts_of(budget.place)
    current = list(budget.pots.all())
    rows = forms.pot_rows(current, districts, request.POST if request.method == "POST" else None)
    status, trouble = 200, ""
    if request.method == "POST":
        status = 422
        if all([row.is_valid() for row in rows]):  # noqa: C419 - each row tells its own mistakes
            typed = [row.typed for row in rows if row.typed]
            try:
                setup.set_pots(budget_id=budget.pk, pots=typed, by=actor(request.user), now=timezone.now())
                return done(request, budget, "setup_electorate")
            except BudgetError as problem:
                status, trouble = 409, str(problem)
    context = {
        "rows": rows, "trouble": trouble, "whole": sum(one.amount for one in current), "districts": districts,
        "pot_rows": [{"label": one.name, "amount": one.amount} for one in current],
        "each_form": forms.DistrictPotsForm(),
    }  # fmt: skip
    return step_page(request, budget, "pots", context, status)


@login_required
@require_POST
def district_pots(request: HttpRequest, pk: int) -> HttpResponse:
    """One pot for every district, beside those there are."""
    budget = editable(request, pk)
    form = forms.DistrictPotsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter an amount in whole won."))
        return redirect("budgets:setup_pots", pk)
    kept = [
        setup.PotTyped(one.name, one.amount, one.pk, one.place, one.field, one.most_cost)
        for one in budget.pots.select_related("place")
    ]
    known = {one.place.pk for one in kept if one.place}
    new = [
        setup.PotTyped(one.name, form.cleaned_data["each"], None, one)
        for one in offered.districts_of(budget.place)
        if one.pk not in known
    ]
    try:
        setup.set_pots(budget_id=pk, pots=[*kept, *new], by=actor(request.user), now=timezone.now())
        messages.success(request, _("Saved."))
    except BudgetError as problem:
        messages.error(request, str(problem))
    return redirect("budgets:setup_pots", pk)


@login_required
@form_methods
def phases(request: HttpRequest, pk: int) -> HttpResponse:
    """First and last day of each phase."""
    budget = editable(request, pk)
    form = forms.PhasesForm(request.POST if request.method == "POST" else None, phases=list(budget.phases.all()))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                setup.set_phases(budget_id=pk, phases=form.spans, by=actor(request.user), now=timezone.now())
                return done(request, budget, "setup_ballot")
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    return step_page(request, budget, "phases", {"form": form}, status)


@login_required
@require_POST
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the budget to everybody."""
    budget = editable(request, pk)
    try:
        setup.publish(budget_id=pk, by=actor(request.user), now=timezone.now())
    except BudgetError as problem:
        messages.error(request, str(problem))
        return redirect("budgets:setup", pk)
    messages.success(request, _("Everybody sees the budget now."))
    return redirect(budget)


@login_required
@require_POST
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep phases and choices as a template of the place."""
    budget = editable(request, pk)
    form = forms.TemplateForm(request.POST)
    if form.is_valid():
        setup.keep_template(
            budget_id=budget.pk, name=form.cleaned_data["name"], by=actor(request.user), now=timezone.now()
        )
        messages.success(request, _("Kept. It is offered when you begin the next budget."))
    else:
        messages.error(request, _("Give the template a name."))
    return redirect("budgets:setup", pk)
