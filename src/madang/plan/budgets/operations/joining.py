"""What ties projects to each other: merged ideas, those of which at most one can win, and those that need another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.participation.search.index import index_on_commit
from madang.ground.people.permissions import require
from madang.ground.record.operations import record
from madang.plan.budgets.models import Conflict, ConflictMember, Project
from madang.plan.budgets.operations.common import BudgetError, locked_project, tell_of, unfrozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.people.models import User

OPEN = (Project.Status.IDEA, Project.Status.FEASIBLE, Project.Status.INFEASIBLE)


@transaction.atomic
def merge(*, source_id: int, target_id: int, by: User, now: datetime, reason: str = "") -> Project:
    """Merge an idea into one that says the same. Its author and its voices stand with the other; both hear of it.

    Nothing is moved, so that undoing gives everything back. Raises BudgetError.
    """
    source, target = _two(source_id, target_id)
    require(by, "budgets.direct_project", source)
    if source.status not in OPEN or target.status not in OPEN:
        raise BudgetError(_("Only ideas that still stand by themselves can be merged."))
    if source.merged.exists():
        raise BudgetError(_("Others were merged into it. Undo that first, or merge the other way round."))
    if source.screenings.filter(decided_at=None).exists():
        raise BudgetError(_("An office is examining it. Wait for its verdict, or merge the other way round."))
    source.status_before, source.status, source.merged_into = source.status, Project.Status.MERGED, target
    source.save(update_fields=["status", "status_before", "merged_into"])
    _record("merged", source, by, now, {"into": target.pk}, reason)
    message = gettext_noop("“%(title)s” and “%(other)s” say the same and were merged into “%(title)s”.")
    users = [one for one in {source.author_id, target.author_id} if one]
    key = f"project:{source.pk}:merged:{target.pk}:{now:%Y%m%d%H%M%S}"
    tell_of(target, users=users, kind="budget_merged", message=message, key=key, now=now, other=source.title)
    index_on_commit(source.subject_id)
    return source


@transaction.atomic
def undo_merge(*, source_id: int, by: User, now: datetime, reason: str = "") -> Project:
    """Let a merged idea stand by itself again, as it stood before. Raises BudgetError after the vote has opened."""
    source = locked_project(source_id)
    require(by, "budgets.direct_project", source)
    if source.status != Project.Status.MERGED:
        raise BudgetError(_("It is not merged."))
    target = source.merged_into
    source.status, source.status_before = source.status_before or Project.Status.IDEA, ""
    source.merged_into = None
    source.save(update_fields=["status", "status_before", "merged_into"])
    _record("split", source, by, now, {"from": target.pk if target else None}, reason)
    message = gettext_noop("“%(title)s” stands by itself again.")
    users = [one for one in {source.author_id, target.author_id if target else None} if one]
    key = f"project:{source.pk}:split:{now:%Y%m%d%H%M%S}"
    tell_of(source, users=users, kind="budget_merged", message=message, key=key, now=now)
    index_on_commit(source.subject_id)
    return source


def _two(source_id: int, target_id: int) -> tuple[Project, Project]:
    if source_id == target_id:
        raise BudgetError(_("An idea cannot be merged into itself."))
    source, target = locked_project(source_id), locked_project(target_id)
    if source.budget_id != target.budget_id:
        raise BudgetError(_("They belong to two budgets."))
    return source, target


@transaction.atomic
def exclude(*, budget_id: int, numbers: Sequence[int], reason: str, by: User, now: datetime) -> Conflict:
    """Say that at most one of these projects can win, and why. Raises BudgetError."""
    budget = unfrozen(budget_id)
    require(by, "budgets.set_up", budget)
    projects = list(budget.projects.filter(number__in=set(numbers)).exclude(status=Project.Status.MERGED))
    if len(projects) < 2:
        raise BudgetError(_("Name at least two projects of this budget by their numbers."))
    if not reason.strip():
        raise BudgetError(_("Say why they exclude each other: voters will ask."))
    conflict = Conflict.objects.create(budget=budget, reason=reason.strip()[:200])
    ConflictMember.objects.bulk_create(ConflictMember(conflict=conflict, project=one) for one in projects)
    record(
        kind="budget_changed", subject=budget.record_key, place=budget.place, by=by, now=now, reason=conflict.reason,
        data={"excluding": sorted(one.number for one in projects)},
    )  # fmt: skip
    return conflict


@transaction.atomic
def stop_excluding(*, conflict: Conflict, by: User, now: datetime) -> None:
    """These projects no longer exclude each other."""
    budget = unfrozen(conflict.budget_id)
    require(by, "budgets.set_up", budget)
    numbers = sorted(conflict.members.values_list("project__number", flat=True))
    conflict.delete()
    record(
        kind="budget_changed", subject=budget.record_key, place=budget.place, by=by, now=now,
        data={"no_longer_excluding": numbers},
    )  # fmt: skip


@transaction.atomic
def need(*, project_id: int, needed_id: int | None, by: User, now: datetime) -> Project:
    """Say that a project wins only if another does; None: by itself again. Raises BudgetError for a circle."""
    project = locked_project(project_id)
    require(by, "budgets.direct_project", project)
    needed = locked_project(needed_id) if needed_id else None
    step = needed
    while step is not None:
        if step.pk == project.pk:
            raise BudgetError(_("They would need each other in a circle, and none could win."))
        step = step.needs
    if needed is not None and needed.budget_id != project.budget_id:
        raise BudgetError(_("They belong to two budgets."))
    project.needs = needed
    project.save(update_fields=["needs"])
    _record("project_changed", project, by, now, {"needs": needed.pk if needed else None})
    return project


def _record(kind: str, project: Project, by: User, now: datetime, data: dict[str, object], reason: str = "") -> None:
    place = project.budget.place
    record(kind=kind, subject=project.record_key, place=place, by=by, now=now, reason=reason.strip(), data=data)
