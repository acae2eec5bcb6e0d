"""What is counted of participatory budgets for each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from madang.ground.places.figures import Figure
from madang.plan.budgets.models import Budget, Project

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

HIDDEN = (Project.Status.HIDDEN, Project.Status.WITHDRAWN, Project.Status.MERGED)


def _budgets(now: datetime) -> QuerySet[Budget]:
    del now
    return Budget.objects.filter(status=Budget.Status.PUBLIC)


def _projects(now: datetime) -> QuerySet[Project]:
    del now
    return Project.objects.filter(budget__status=Budget.Status.PUBLIC).exclude(status__in=HIDDEN)


def _won(now: datetime) -> QuerySet[Project]:
    return _projects(now).filter(status=Project.Status.WON)


GROUP = _("Participatory budgets")
FIGURES = (
    Figure("budgets", _("Participatory budgets"), _budgets, group=GROUP, order=110),
    Figure("budget_projects", _("Projects of participatory budgets"), _projects, group=GROUP, order=120),
    Figure("budget_projects_won", _("Projects that won"), _won, share_of="budget_projects", group=GROUP, order=130),
)
