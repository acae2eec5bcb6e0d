"""Participatory budgets: money, phases, projects, and ideas put forward."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from madang.explore.proposals.models import Proposal
from madang.ground.footing.keyset import Page
from madang.ground.footing.rest import CURSOR, Given, Id, Paged, ProblemError, needs, paged, refuse
from madang.ground.people.permissions import actor
from madang.plan.budgets.models import Budget, Project
from madang.plan.budgets.operations import ideas
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.queries import budgets, projects
from madang.plan.budgets.shapes import (
    BudgetOut,
    BudgetRow,
    ProjectOut,
    ProjectRow,
    budget_out,
    budget_row,
    project_out,
    project_row,
)

router = Router(tags=["budgets"])
WRITES = needs("write:budgets")
refuse("conflict", BudgetError)
TEXT = Annotated[str, Query(max_length=100)]


class IdeaIn(Given):
    proposal: Id = Field(description="Id of the proposal that is put forward.")


def _missing() -> ProblemError:
    return ProblemError("not-found", _("There is no such budget."))


def _seen(request: HttpRequest, pk: int) -> Budget:
    try:
        return projects.budget_for(pk, request.user)
    except Budget.DoesNotExist as missing:
        raise _missing() from missing


@router.get("/budgets", response=Paged[BudgetRow], operation_id="listBudgets", summary="Participatory budgets")
def list_budgets(request: HttpRequest, cursor: CURSOR = "", place: TEXT = "") -> dict[str, object]:
    """The latest first; of one place by its code, those below it included."""
    found = budgets.browse({"after": cursor, "place": place}, viewer=request.user, now=timezone.now())
    return paged(request, Page(list(found.lines), found.following, found.previous), budget_row)


@router.get("/budgets/{int:pk}", response=BudgetOut, operation_id="getBudget", summary="One budget")
def get_budget(request: HttpRequest, pk: int) -> dict[str, object]:
    """Its phases, pots, and how it is voted and counted."""
    try:
        return budget_out(budgets.detail(pk, viewer=request.user, now=timezone.now()))
    except Budget.DoesNotExist as missing:
        raise _missing() from missing


@router.get(
    "/budgets/{int:pk}/projects", response=Paged[ProjectRow], operation_id="listProjects", summary="Its projects"
)
def list_projects(
    request: HttpRequest, pk: int, cursor: CURSOR = "", pot: TEXT = "", place: TEXT = "", field: TEXT = "",
    status: TEXT = "", q: TEXT = "",
) -> dict[str, object]:  # fmt: skip
    """By number, narrowed by pot, district, theme, status and words."""
    asked = {"after": cursor, "pot": pot, "place": place, "field": field, "status": status, "q": q}
    found = projects.browse(_seen(request, pk), asked, viewer=request.user)
    return paged(request, Page(list(found.projects), found.following, found.previous), project_row)


@router.get(
    "/budgets/{int:pk}/projects/{int:number}", response=ProjectOut, operation_id="getProject", summary="One project"
)
def get_project(request: HttpRequest, pk: int, number: int) -> dict[str, object]:
    """Its cost, what offices said of it, and the voices behind it."""
    try:
        return project_out(projects.detail(pk, number, viewer=request.user))
    except Project.DoesNotExist as missing:
        raise ProblemError("not-found", _("There is no such project.")) from missing


@router.post(
    "/budgets/{int:pk}/projects",
    response={201: ProjectRow},
    auth=WRITES,
    operation_id="putForward",
    summary="Put a proposal forward",
)
def put_forward(request: HttpRequest, pk: int, given: IdeaIn) -> Status:
    """Make a proposal an idea of this budget: by its author while ideas are gathered, by an officer until the vote."""
    budget = _seen(request, pk)
    proposal = Proposal.objects.filter(pk=given.proposal).select_related("place").first()
    if proposal is None:
        raise ProblemError("not-found", _("There is no such proposal."))
    made = ideas.propose(budget_id=budget.pk, proposal=proposal, by=actor(request.user), now=timezone.now())
    return Status(201, project_row(made))
