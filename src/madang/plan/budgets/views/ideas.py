"""Ideas: written for a budget, put forward from a proposal, gathered by an officer, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from madang.explore.proposals.models import Proposal, Theme
from madang.explore.proposals.operations.images import ImageRefusedError
from madang.explore.proposals.operations.writing import UnfitTextError
from madang.ground.participation.operations import TooManyError
from madang.ground.people.permissions import actor, require
from madang.plan.budgets import forms_projects as forms
from madang.plan.budgets.models import Project
from madang.plan.budgets.operations import ideas
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.queries import gathering
from madang.plan.budgets.queries import setup as offered
from madang.plan.budgets.views.frame import crumbs, seen
from madang.plan.budgets.views.setup import editable, form_methods

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

READABLE = 20


@login_required
@form_methods
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an idea for a budget."""
    budget = seen(request, pk)
    places = offered.districts_of(budget.place)
    places = places if budget.place in places else [budget.place, *places]
    home = getattr(request.user, "home_id", None)
    initial = {"place": home if home in {one.pk for one in places} else budget.place_id}
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form, status = forms.IdeaForm(*sent, places=places, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                project, _written = ideas.write(
                    budget_id=pk, place=form.cleaned_data["place"], typed=form.typed, pictures=form.pictures,
                    by=actor(request.user), now=timezone.now(),
                )  # fmt: skip
                messages.success(request, _("Your idea is published. You are told what becomes of it."))
                return redirect(project)
            except (BudgetError, UnfitTextError, ImageRefusedError, TooManyError) as problem:
                form.add_error(None, str(problem))
                status = 429 if isinstance(problem, TooManyError) else 409
    context = {"budget": budget, "form": form, "crumbs": crumbs(budget, (_("New idea"), ""))}
    return render(request, "budgets/idea_new.html", context, status=status)


@login_required
@form_methods
def of_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposal forward for a budget."""
    rows = Proposal.objects.select_related("place__parent", "author")
    proposal = get_object_or_404(rows.defer("place__boundary", "place__parent__boundary"), pk=pk)
    require(request.user, "proposals.read_text", proposal)
    if request.method == "POST":
        chosen = request.POST.get("budget", "")
        budget = seen(request, int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0)
        try:
            project = ideas.propose(budget_id=budget.pk, proposal=proposal, by=actor(request.user), now=timezone.now())
            messages.success(request, _("It is among the ideas now."))
            return redirect(project)
        except BudgetError as problem:
            messages.error(request, str(problem))
            return redirect("budgets:of_proposal", pk)
    found = gathering.open_budgets(proposal, request.user)
    trail = ((_("Put a proposal forward"), ""),)
    context = {"proposal": proposal, "found": found, "crumbs": crumbs(None, *trail)}
    return render(request, "budgets/of_proposal.html", context)


@login_required
@form_methods
def gathered(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer gathers proposals, found by words or by theme."""
    budget = editable(request, pk)
    if request.method == "POST":
        ids = [int(one) for one in request.POST.getlist("proposal") if one.isdecimal() and len(one) < 19]
        rows = list(Proposal.objects.filter(pk__in=ids[:100]).select_related("place"))
        try:
            found = ideas.gather(budget_id=pk, proposals=rows, by=actor(request.user), now=timezone.now())
            said = ngettext("%(n)s proposal gathered.", "%(n)s proposals gathered.", len(found))
            messages.success(request, said % {"n": len(found)})
        except BudgetError as problem:
            messages.error(request, str(problem))
        return redirect("budgets:gathering", pk)
    words, theme = request.GET.get("q", "").replace("\x00", "")[:200].strip(), request.GET.get("theme", "")
    chosen = Theme.objects.filter(pk=int(theme)).first() if theme.isdecimal() and len(theme) < 10 else None
    context = {
        "budget": budget, "words": words, "chosen": chosen, "themes": gathering.themes_for(budget),
        "proposals": gathering.proposals_for(budget, words=words, theme=chosen),
        "crumbs": crumbs(budget, (_("Gather proposals"), "")),
    }  # fmt: skip
    return render(request, "budgets/gathering.html", context)


@login_required
@require_POST
def withdrawal(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take one's own idea back."""
    project = get_object_or_404(Project.objects.select_related("budget__place"), budget=pk, number=number)
    require(request.user, "budgets.edit_project", project)
    form = forms.WithdrawalForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        ideas.withdraw(project_id=project.pk, by=actor(request.user), now=timezone.now(), reason=reason)
        messages.success(request, _("Taken back. The proposal itself stays."))
    except BudgetError as problem:
        messages.error(request, str(problem))
    return redirect(reverse("budgets:projects", args=[pk]))
