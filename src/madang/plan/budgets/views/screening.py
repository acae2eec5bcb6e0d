"""Screening: the desk, asking an office, its verdict, an appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.ground.people.permissions import actor, require
from madang.ground.places.queries import settings_of
from madang.plan.budgets import forms_projects as forms
from madang.plan.budgets.models import Screening
from madang.plan.budgets.operations import screening as operations
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.queries import screening as queries
from madang.plan.budgets.views.frame import crumbs
from madang.plan.budgets.views.projects import directed
from madang.plan.budgets.views.setup import form_methods

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for one's offices and places."""
    require(request.user, "budgets.view_desk")
    found = queries.desk(request.user, after=request.GET.get("after", ""), now=timezone.now())
    context = {"desk": found, "now": timezone.now(), "crumbs": crumbs(None, (_("Examinations"), ""))}
    return render(request, "budgets/desk.html", context)


@login_required
@form_methods
def asking(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask an office to examine a project; those whose mandate shares its words come first."""
    project = directed(request, pk, number)
    fits = queries.offices_for(project)
    days = settings_of(project.budget.place)["screening_days"].value
    data = request.POST if request.method == "POST" else None
    form, status = forms.AskForm(data, fits=fits, initial={"days": days}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.ask(project_id=project.pk, **form.cleaned_data, by=actor(request.user), now=timezone.now())
                messages.success(request, _("The office was asked."))
                return redirect(project)
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    suggested = [one for one in fits[: queries.SUGGESTED] if one.words]
    trail = ((project.title, project.get_absolute_url()), (_("Ask an office"), ""))
    context = {"project": project, "form": form, "suggested": suggested, "crumbs": crumbs(project.budget, *trail)}
    return render(request, "budgets/asking.html", context, status=status)


def _found(pk: int) -> Screening:
    try:
        return queries.find(pk)
    except Screening.DoesNotExist as missing:
        raise Http404(_("There is no such examination.")) from missing


@login_required
@form_methods
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict of the office that was asked."""
    found = _found(pk)
    require(request.user, "budgets.screen", found)
    data = request.POST if request.method == "POST" else None
    form, status = forms.VerdictForm(data, initial={"verdict": "feasible"}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                operations.decide(screening_id=pk, **form.cleaned_data, by=actor(request.user), now=timezone.now())
                messages.success(request, _("Published with its reasons."))
                return redirect(found.project)
            except BudgetError as problem:
                form.add_error(None, str(problem))
                status = 409
    trail = ((found.project.title, found.project.get_absolute_url()), (_("Verdict"), ""))
    context = {
        "screening": found, "project": found.project, "form": form, "crumbs": crumbs(found.project.budget, *trail),
    }  # fmt: skip
    return render(request, "budgets/verdict.html", context, status=status)


@login_required
@require_POST
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """The author asks for another examination."""
    found = _found(pk)
    require(request.user, "budgets.appeal", found)
    form = forms.AppealForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it should be examined again."))
        return redirect(found.project)
    try:
        operations.appeal(screening_id=pk, words=form.cleaned_data["words"], by=actor(request.user), now=timezone.now())
        messages.success(request, _("Your appeal is published, and the officers know of it."))
    except BudgetError as problem:
        messages.error(request, str(problem))
    return redirect(found.project)
