"""The simulator: what would last year have given?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from madang.ground.people.permissions import actor
from madang.plan.budgets import forms
from madang.plan.budgets.operations import simulating
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.queries import setup as offered
from madang.plan.budgets.queries.simulations import shown
from madang.plan.budgets.views.setup import editable, form_methods, step_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@form_methods
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Runs so far, and a new one."""
    budget = editable(request, pk)
    others = offered.with_ballots(budget, request.user)
    first = "earlier" if others else "generated"
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"basis": first, "earlier": others[0].pk if others else None}
    form, status = forms.SimulationForm(*sent, budgets=others, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row, page = simulating.begin(budget=budget, by=actor(request.user), now=timezone.now(), **form.asked)
                return redirect(page or simulating.page_of(row))
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    runs = budget.simulations.defer("text", "result")[:20]
    return step_page(request, budget, "simulator", {"form": form, "runs": runs}, status)


@login_required
@require_safe
def detail(request: HttpRequest, pk: int, simulation: int) -> HttpResponse:
    """What each rule gives, side by side."""
    budget = editable(request, pk)
    row = get_object_or_404(budget.simulations.defer("text"), pk=simulation)
    return step_page(request, budget, "simulator", {"run": row, "shown": shown(row), "form": None})
