"""Reading budgets and their projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.ground.agenda.models import Field
from madang.plan.budgets.models import Budget, Project
from madang.plan.budgets.queries import budgets, projects
from madang.plan.budgets.queries.project_map import on_map
from madang.plan.budgets.views.frame import crumbs, seen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every budget, the latest first."""
    found = budgets.browse(request.GET, viewer=request.user, now=timezone.now())
    return render(request, "budgets/list.html", {"found": found, "crumbs": crumbs()})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One budget: its phases as a line, its pots as blocks, what can be done today."""
    try:
        found = budgets.detail(pk, viewer=request.user, now=timezone.now())
    except Budget.DoesNotExist as missing:
        raise Http404(_("There is no such budget.")) from missing
    context = {"detail": found, "budget": found.budget, "crumbs": crumbs(None, (found.budget.title, ""))}
    return render(request, "budgets/detail.html", context)


@require_safe
def project_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The projects of a budget with filters, a page at a time."""
    budget = seen(request, pk)
    found = projects.browse(budget, request.GET, viewer=request.user)
    context = {
        "found": found, "budget": budget, "filters": found.filters, "fields": Field.choices,
        "statuses": projects.STATUSES.items(), "crumbs": crumbs(budget, (_("Projects"), "")),
    }  # fmt: skip
    return render(request, "budgets/projects.html", context)


@require_safe
def project(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One project."""
    try:
        found = projects.detail(pk, number, viewer=request.user)
    except Project.DoesNotExist as missing:
        raise Http404(_("There is no such project.")) from missing
    trail = ((_("Projects"), reverse("budgets:projects", args=[pk])), (found.project.title, ""))
    context = {
        "detail": found, "budget": found.budget, "project": found.project, "crumbs": crumbs(found.budget, *trail),
    }  # fmt: skip
    return render(request, "budgets/project.html", context)


@require_safe
def project_by_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of a project, wherever its number stands."""
    del request
    return redirect(get_object_or_404(Project.objects.only("budget_id", "number"), pk=pk))


@require_safe
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Up to four projects side by side."""
    budget = seen(request, pk)
    found = projects.chosen(budget, request.GET.getlist("number"), viewer=request.user)
    trail = ((_("Projects"), reverse("budgets:projects", args=[pk])), (_("Comparison"), ""))
    context = {"budget": budget, "projects": found, "crumbs": crumbs(budget, *trail)}
    return render(request, "budgets/comparison.html", context)


@require_safe
def project_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the projects lie: districts as tiles, points as dots, and the list as their twin."""
    budget = seen(request, pk)
    tiles, dots, located = on_map(budget, request.user)
    trail = ((_("Projects"), reverse("budgets:projects", args=[pk])), (_("Map"), ""))
    context = {
        "budget": budget, "tiles": tiles, "dots": dots, "projects": located, "crumbs": crumbs(budget, *trail),
    }  # fmt: skip
    return render(request, "budgets/map.html", context)
