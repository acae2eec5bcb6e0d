"""Participatory budgets: money and phases, projects, ballots, counts."""

from madang.plan.budgets.models.ballots import Ballot, PaperEntry, Voter
from madang.plan.budgets.models.budgets import Budget, Phase, Pot, Template
from madang.plan.budgets.models.counts import Count
from madang.plan.budgets.models.projects import (
    Conflict,
    ConflictMember,
    CostLine,
    Project,
    ProjectImage,
    ProjectSource,
    Screening,
)

__all__ = [
    "Ballot",
    "Budget",
    "Conflict",
    "ConflictMember",
    "CostLine",
    "Count",
    "PaperEntry",
    "Phase",
    "Pot",
    "Project",
    "ProjectImage",
    "ProjectSource",
    "Screening",
    "Template",
    "Voter",
]
