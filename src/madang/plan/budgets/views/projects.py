"""Shaping projects: words and facts, cost, what ties them to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madang.ground.people.permissions import actor, can, require
from madang.plan.budgets import forms_projects as forms
from madang.plan.budgets.models import Conflict, Project
from madang.plan.budgets.operations import joining, shaping
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.queries import projects as queries
from madang.plan.budgets.queries import setup as offered
from madang.plan.budgets.queries.screening import similar_ideas
from madang.plan.budgets.views.frame import crumbs
from madang.plan.budgets.views.setup import editable, form_methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def found(pk: int, number: int) -> Project:
    try:
        return queries.find(pk, number)
    except Project.DoesNotExist as missing:
        raise Http404(_("There is no such project.")) from missing


def directed(request: HttpRequest, pk: int, number: int) -> Project:
    """The project, for those who set its budget up."""
    project = found(pk, number)
    require(request.user, "budgets.direct_project", project)
    return project


def _trail(project: Project, last: str) -> list[dict[str, str]]:
    return crumbs(project.budget, (project.title, project.get_absolute_url()), (last, ""))


@login_required
@form_methods
def edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Change a project: an officer all of it, its author the words."""
    project = found(pk, number)
    require(request.user, "budgets.edit_project", project)
    places = offered.districts_of(project.budget.place)
    places = places if project.budget.place in places else [project.budget.place, *places]
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form, status = forms.ProjectForm(
        *sent, project=project, pots=list(project.budget.pots.all()), places=places,
        official=can(request.user, "budgets.direct_project", project),
    ), 200  # fmt: skip
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                shaping.edit(
                    project_id=project.pk, fields=form.changed_fields, pictures=form.pictures,
                    by=actor(request.user), now=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("Saved."))
                return redirect(project)
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    context = {"project": project, "form": form, "crumbs": _trail(project, _("Change"))}
    return render(request, "budgets/project_edit.html", {**context, "title": _("Change the project")}, status=status)


@login_required
@form_methods
def cost(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a project costs, its parts, and what others pay."""
    project = directed(request, pk, number)
    shown = forms.LinesField.shown
    initial = {
        "cost": project.cost, "lines": shown(list(project.cost_lines.all()), "label"),
        "co_fundings": shown(list(project.co_fundings.all()), "name"),
    }  # fmt: skip
    form, status = forms.CostForm(request.POST if request.method == "POST" else None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                shaping.set_cost(project_id=project.pk, **form.cleaned_data, by=actor(request.user), now=timezone.now())
                messages.success(request, _("Saved."))
                return redirect(project)
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    context = {"project": project, "form": form, "title": _("What it costs"), "crumbs": _trail(project, _("Cost"))}
    return render(request, "budgets/project_edit.html", context, status=status)


@login_required
@form_methods
def ties(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Merge a project into another, or say what it needs; similar ideas of the budget are found by their words."""
    project = directed(request, pk, number)
    if request.method == "POST":
        return _act(request, project, lambda: _tie(request, project))
    context = {
        "project": project, "similar": similar_ideas(project), "merge_form": forms.MergeForm(),
        "need_form": forms.NeedForm(initial={"number": project.needs.number if project.needs else None}),
        "rivals": queries.rivals(project), "crumbs": _trail(project, _("Ties")),
    }  # fmt: skip
    return render(request, "budgets/ties.html", context)


def _tie(request: HttpRequest, project: Project) -> None:
    by, now = actor(request.user), timezone.now()
    if request.POST.get("tie") == "undo":
        joining.undo_merge(source_id=project.pk, by=by, now=now)
        return
    form = forms.NeedForm(request.POST) if request.POST.get("tie") == "need" else forms.MergeForm(request.POST)
    if not form.is_valid():
        raise BudgetError(_("Enter the number of a project of this budget."))
    number = form.cleaned_data["number"]
    other = project.budget.projects.filter(number=number).first() if number else None
    if number and other is None:
        raise BudgetError(_("This budget has no project with that number."))
    if isinstance(form, forms.NeedForm):
        joining.need(project_id=project.pk, needed_id=other.pk if other else None, by=by, now=now)
    elif other:
        joining.merge(source_id=project.pk, target_id=other.pk, by=by, now=now, reason=form.cleaned_data["reason"])


def _act(request: HttpRequest, project: Project, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
        messages.success(request, _("Saved."))
    except BudgetError as problem:
        messages.error(request, str(problem))
    return redirect("budgets:ties", project.budget_id, project.number)


@login_required
@form_methods
def conflicts(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets of projects of which at most one can win."""
    budget = editable(request, pk)
    form, status = forms.ConflictForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                joining.exclude(budget_id=pk, **form.cleaned_data, by=actor(request.user), now=timezone.now())
                return redirect("budgets:conflicts", pk)
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    rows = budget.conflicts.prefetch_related("members__project").order_by("pk")[:200]
    context = {"budget": budget, "conflicts": rows, "form": form, "crumbs": crumbs(budget, (_("Exclusions"), ""))}
    return render(request, "budgets/conflicts.html", context, status=status)


@login_required
@require_POST
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """These no longer exclude each other (the form says DELETE)."""
    row = get_object_or_404(Conflict.objects.select_related("budget__place"), pk=pk)
    require(request.user, "budgets.set_up", row.budget)
    try:
        joining.stop_excluding(conflict=row, by=actor(request.user), now=timezone.now())
    except BudgetError as problem:
        messages.error(request, str(problem))
    return redirect("budgets:conflicts", row.budget_id)
