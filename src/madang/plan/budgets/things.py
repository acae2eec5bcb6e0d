"""What budgets and their projects are to the commons; comments, follows, feeds, search and the API follow from it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.things import Thing
from madang.plan.budgets.models import Budget, Project
from madang.plan.budgets.operations import shaping

PUBLIC = (*Project.ON_BALLOT, Project.Status.IDEA, Project.Status.FEASIBLE, Project.Status.INFEASIBLE)

BUDGET = Thing(
    key=Budget.KIND,
    model=Budget,
    label=_("Participatory budget"),
    plural=_("Participatory budgets"),
    page="budgets:detail",
    text=("description",),
    author="",
    public=Q(status=Budget.Status.PUBLIC),
    listing="budgets:list",
    discussed=True,
    order=40,
)
PROJECT = Thing(
    key=Project.KIND,
    model=Project,
    label=_("Project of a participatory budget"),
    plural=_("Projects of participatory budgets"),
    page="budgets:project_by_key",
    text=("summary", "body"),
    author="author",
    topic="field",
    public=Q(budget__status=Budget.Status.PUBLIC, status__in=PUBLIC),
    discussed=True,
    amendments=True,
    amendable=Q(budget__frozen_at=None, status__in=(Project.Status.IDEA, Project.Status.FEASIBLE)),
    revise=shaping.take_over,
    hide=shaping.hide,
    show=shaping.show,
    order=42,
)
