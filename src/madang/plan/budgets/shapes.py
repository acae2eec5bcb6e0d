"""How budgets and projects look in the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from madang.ground.footing.rest import Shape
from madang.ground.places.shapes import PlaceName, place_name

if TYPE_CHECKING:
    from madang.plan.budgets.models import Budget, Project
    from madang.plan.budgets.queries.budgets import Detail, Line
    from madang.plan.budgets.queries.projects import Detail as ProjectDetail


class PhaseOut(Shape):
    kind: str = Field(description="ideas, screening, codesign, vote, result or execution")
    starts_at: datetime
    ends_at: datetime


class BudgetRow(Shape):
    """A participatory budget in a list."""

    id: int
    title: str
    place: PlaceName
    year: int
    currency: str
    source: str = Field(description="own (held here), imported or simulated")
    amount: int = Field(description="Of all pots, in whole units of the currency.")
    projects: int
    phases: list[PhaseOut]


class PotOut(Shape):
    id: int
    name: str
    amount: int
    projects: int
    asked: int = Field(description="The costs of its projects together.")


class BudgetOut(BudgetRow):
    description: str
    attribution: str
    pots: list[PotOut]
    ballot_type: str
    least_choices: int
    most_choices: int | None = None
    rule: str
    completion: str
    tie: str
    seed: int
    frozen_at: datetime | None = None
    frozen_digest: str = Field(description="SHA-256 of rules and projects, on the record; empty before the vote.")


class ProjectRow(Shape):
    """A project of a budget."""

    id: int
    number: int = Field(description="What ballots and open data name.")
    title: str
    summary: str
    status: str = Field(description="idea, feasible, infeasible, ballot, won or lost")
    field: str
    place: PlaceName
    pot: int | None = None
    cost: int | None = Field(None, description="Asked of this budget, in whole units; null while not estimated.")
    funded: int = Field(description="Paid by others beside it.")
    latitude: float | None = None
    longitude: float | None = None


class PartOut(Shape):
    label: str
    amount: int


class VerdictOut(Shape):
    office: str
    verdict: str = Field(description="feasible, changed or infeasible; empty while it is examined")
    reasons: str
    cost: int | None = None
    due_at: datetime
    decided_at: datetime | None = None
    appealed_at: datetime | None = None


class ProjectOut(ProjectRow):
    body: str
    parts: list[PartOut] = Field(description="Of the cost.")
    screenings: list[VerdictOut]
    excludes: list[int] = Field(description="Numbers of projects of which at most one can win with it.")
    proposals: list[int] = Field(description="Ids of the voices from which it came.")


def _head(budget: Budget) -> dict[str, object]:
    return {
        "id": budget.pk, "title": budget.title, "place": place_name(budget.place), "year": budget.year,
        "currency": budget.currency, "source": budget.source,
        "phases": [
            {"kind": one.kind, "starts_at": one.starts_at, "ends_at": one.ends_at} for one in budget.phases.all()
        ],
    }  # fmt: skip


def budget_row(line: Line) -> dict[str, object]:
    return {**_head(line.budget), "amount": line.amount, "projects": line.projects}


def budget_out(found: Detail) -> dict[str, object]:
    names = (
        "description", "attribution", "ballot_type", "least_choices", "most_choices", "rule", "completion", "tie",
        "seed", "frozen_at", "frozen_digest",
    )  # fmt: skip
    pots = [
        {"id": one.pot.pk, "name": one.pot.name, "amount": one.pot.amount, "projects": one.projects, "asked": one.asked}
        for one in found.pots
    ]
    own = {name: getattr(found.budget, name) for name in names}
    return {**_head(found.budget), **own, "amount": found.amount, "projects": found.projects, "pots": pots}


def project_row(project: Project) -> dict[str, object]:
    names = ("number", "title", "summary", "status", "field", "cost", "funded", "latitude", "longitude")
    own = {name: getattr(project, name) for name in names}
    return {"id": project.pk, "place": place_name(project.place), "pot": project.pot_id, **own}


def project_out(found: ProjectDetail) -> dict[str, object]:
    names = ("verdict", "reasons", "cost", "due_at", "decided_at", "appealed_at")
    return {
        **project_row(found.project),
        "body": found.project.body,
        "parts": [{"label": one.title, "amount": one.amount} for one in found.cost_lines],
        "screenings": [
            {"office": one.office.name, **{name: getattr(one, name) for name in names}} for one in found.screenings
        ],
        "excludes": [one.number for one in found.rivals],
        "proposals": [one.proposal_id for one in found.sources],
    }
