"""Participatory budgets: money and phases, projects, ballots, counts."""

from madang.plan.budgets.models.ballots import Ballot, PaperEntry, PaperSheet, Voter, VoterIdentity
from madang.plan.budgets.models.budgets import Budget, Phase, Pot, Template
from madang.plan.budgets.models.counts import Count
from madang.plan.budgets.models.projects import (
    CoFunding,
    Conflict,
    ConflictMember,
    CostLine,
    Project,
    ProjectImage,
    ProjectSource,
    Screening,
)
from madang.plan.budgets.models.simulations import Simulation

__all__ = [
    "Ballot",
    "Budget",
    "CoFunding",
    "Conflict",
    "ConflictMember",
    "CostLine",
    "Count",
    "PaperEntry",
    "PaperSheet",
    "Phase",
    "Pot",
    "Project",
    "ProjectImage",
    "ProjectSource",
    "Screening",
    "Simulation",
    "Template",
    "Voter",
    "VoterIdentity",
]
