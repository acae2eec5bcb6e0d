"""Budgets with their projects, for the tests that walk every address and every permission."""

from __future__ import annotations

from datetime import timedelta

from madang.ground.participation.models import Subject
from madang.plan.budgets.models import (
    Budget,
    Conflict,
    ConflictMember,
    CostLine,
    Phase,
    Pot,
    Project,
    Screening,
    Simulation,
    Template,
)
from tests.factories import BudgetFactory, PotFactory, ProjectFactory


def for_access(people, place, office, now) -> dict[str, object]:
    """A budget that gathers ideas, with an idea of the author, which the office of `staff` examines."""
    budget = BudgetFactory(place=place, phase="ideas", created_by=people["officer"])
    pot = PotFactory(budget=budget)
    project = ProjectFactory(budget=budget, number=1, author=people["author"])
    screening = _asked(project, office, now)
    return _set_up(budget, now) | {
        "budget": budget.pk,
        "pot": pot.pk,
        "project": project.pk,
        "number": project.number,
        "screening": screening.pk,
    }


def _set_up(budget, now) -> dict[str, object]:
    """A template of its place, a run of the simulator, and an exclusion."""
    template = Template.objects.create(place=budget.place, name="서식", phases=[{"kind": "vote", "days": 7, "gap": 0}])
    simulation = Simulation.objects.create(
        budget=budget, basis="generated", name="무작위", rules=[], result={}, made_at=now, computed_at=now
    )
    conflict = Conflict.objects.create(budget=budget, reason="같은 자리")
    return {"template": template.pk, "simulation": simulation.pk, "conflict": conflict.pk}


def _asked(project, office, now):
    return Screening.objects.create(project=project, office=office, asked_at=now, due_at=now + timedelta(days=14))


def for_scopes(place, offices, members, chance, now) -> None:
    """Public, hidden and unready budgets with projects of every status, by whoever, examined by whatever office."""
    for status in Budget.Status.values:
        budget = BudgetFactory(place=place, status=status)
        pot = PotFactory(budget=budget)
        for number, one in enumerate(("idea", "feasible", "withdrawn", "hidden", "ballot"), 1):
            project = ProjectFactory(
                budget=budget, number=number, status=one, author=chance.choice([*members, None]), pot=pot, cost=10
            )
            _asked(project, chance.choice(offices), now)


def grow(things, n, start, now) -> None:
    """`n` more budgets and projects, with parts of their cost."""
    place, user = things["place"], things["user"]
    subjects = Subject.objects.bulk_create(
        Subject(kind=kind, place=place, created_at=now) for kind in (Budget.KIND, Project.KIND) for _ in range(n)
    )
    budgets = Budget.objects.bulk_create(
        Budget(subject=one, place=place, title="예산", year=2026, status="public", created_at=now)
        for one in subjects[:n]
    )
    things.setdefault("budget", budgets[0].pk)
    things.setdefault("number", 1)
    Phase.objects.bulk_create(
        Phase(budget=one, kind="ideas", starts_at=now, ends_at=now + timedelta(days=9)) for one in budgets
    )
    pots = Pot.objects.bulk_create(Pot(budget_id=things["budget"], name=f"{start + at}", amount=10) for at in range(n))
    things.setdefault("pot", pots[0].pk)
    projects = Project.objects.bulk_create(
        Project(
            subject=one, budget_id=things["budget"], number=start + at + 1, place=place, title="사업", cost=10,
            pot=pots[at], author=user, created_at=now,
        )
        for at, one in enumerate(subjects[n:])
    )  # fmt: skip
    things.setdefault("project", projects[0].pk)
    _around(things, projects, n, now)
    CostLine.objects.bulk_create(CostLine(project=projects[0], label="부분", amount=1) for _ in range(n))


def _around(things, projects, n, now) -> None:
    """Examinations at the desk, templates, runs and exclusions."""
    budget, place = things["budget"], things["place"]
    screenings = Screening.objects.bulk_create(
        Screening(project=one, office=things["office"], asked_at=now, due_at=now) for one in projects
    )
    things.setdefault("screening", screenings[0].pk)
    templates = Template.objects.bulk_create(
        Template(place=place, name=f"서식 {projects[0].number + at}", phases=[{"kind": "vote", "days": 7}])
        for at in range(n)
    )
    things.setdefault("template", templates[0].pk)
    runs = Simulation.objects.bulk_create(
        Simulation(budget_id=budget, basis="generated", name="무작위", rules=[], made_at=now) for _ in range(n)
    )
    things.setdefault("simulation", runs[0].pk)
    conflicts = Conflict.objects.bulk_create(Conflict(budget_id=budget, reason="같은 자리") for _ in range(n))
    things.setdefault("conflict", conflicts[0].pk)
    ConflictMember.objects.bulk_create(
        ConflictMember(conflict=conflict, project=one) for conflict, one in zip(conflicts, projects, strict=True)
    )
