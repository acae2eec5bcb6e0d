"""What the operations of budgets share: rows under their lock, people to be told, and the error they raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from madang.ground.participation.operations import tell, tell_around
from madang.ground.people.models import Role
from madang.ground.people.queries import in_force
from madang.plan.budgets.models import Budget, Project

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place


class BudgetError(Exception):
    """A step that is not open now, or words that do not fit. The message says which and what to do."""


class FrozenError(BudgetError):
    """Voting has opened: rules, pots and projects on the ballot stand as published."""

    def __init__(self) -> None:
        super().__init__(
            _("Voting has opened, and with it everything is frozen as published. It can no longer be changed.")
        )


def locked(budget_id: int) -> Budget:
    """A budget under its lock, which orders all that numbers or freezes its projects."""
    return Budget.objects.select_for_update(no_key=True, of=("self",)).select_related("place").get(pk=budget_id)


def unfrozen(budget_id: int) -> Budget:
    """The same, for what may only happen before the vote. Raises FrozenError."""
    budget = locked(budget_id)
    if budget.frozen_at:
        raise FrozenError
    return budget


def locked_project(project_id: int, *, before_vote: bool = True) -> Project:
    """A project under its lock, its budget's lock first: the same order everywhere."""
    found = Project.objects.only("budget_id").get(pk=project_id)
    budget = unfrozen(found.budget_id) if before_vote else locked(found.budget_id)
    project = Project.objects.select_for_update(of=("self",)).select_related("place", "pot").get(pk=project_id)
    project.budget = budget
    return project


def people_of(office: Office, now: datetime) -> list[int]:
    """Who answers for an office."""
    rows = Role.objects.filter(in_force(now), office=office, user__is_active=True)
    return sorted(set(rows.values_list("user_id", flat=True)))


def officers_of(place: Place, now: datetime) -> list[int]:
    """Who sets budgets up at a place."""
    here = Q(place=place) | Q(office__place=place)
    kinds = Q(kind=Role.Kind.OFFICER) | Q(kind=Role.Kind.MUNICIPAL_ADMIN)
    rows = Role.objects.filter(in_force(now) & kinds & here, user__is_active=True)
    return sorted(set(rows.values_list("user_id", flat=True)))


def tell_of(
    project: Project, *, users: list[int] | None, kind: str, message: str, key: str, now: datetime, **params: object
) -> None:
    """Tell people of a project; users None: everybody who wrote or follows it."""
    told = {
        "kind": kind, "message": message, "params": {"title": project.title, **params},
        "url": project.get_absolute_url(), "key": key, "now": now, "subject": project.subject_id,
    }  # fmt: skip
    if users is None:
        tell_around(**told)  # type: ignore[arg-type]
    else:
        tell(users=users, **told)  # type: ignore[arg-type]


def authors_of(project: Project) -> list[int]:
    """Who had the idea, by account."""
    return [project.author_id] if project.author_id else []


def is_officer_of(user: User, budget: Budget) -> bool:
    from madang.ground.people.permissions import can

    return can(user, "budgets.set_up", budget)
