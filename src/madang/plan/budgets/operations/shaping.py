"""Shaping projects before the vote: words, cost, pot, co-funding, pictures."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.participation.search.index import index_on_commit
from madang.ground.people.permissions import can, require
from madang.ground.record.operations import record
from madang.plan.budgets.models import CoFunding, CostLine, Pot, Project, ProjectImage
from madang.plan.budgets.operations.common import BudgetError, locked_project, tell_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from madang.ground.footing.pictures import Picture
    from madang.ground.participation.models import Amendment
    from madang.ground.people.models import User

WORDS = ("title", "summary", "body")
PICTURES = 5


@transaction.atomic
def edit(
    *, project_id: int, fields: Mapping[str, Any], by: User, now: datetime, pictures: Sequence[Picture] = (),
    remove: Sequence[int] = (),
) -> Project:  # fmt: skip
    """Change a project's words and facts: an officer all of them, its author the words. Raises BudgetError."""
    project = locked_project(project_id)
    require(by, "budgets.edit_project", project)
    if project.status in {Project.Status.MERGED, Project.Status.HIDDEN, Project.Status.WITHDRAWN}:
        raise BudgetError(_("It is no longer among the projects, and so cannot be changed."))
    official = can(by, "budgets.direct_project", project)
    if not official and project.status != Project.Status.IDEA:
        raise BudgetError(_("An office has examined these words. Suggest a change instead."))
    allowed = {*WORDS, "field", "place", "pot", "latitude", "longitude"} if official else {*WORDS}
    changed = {name: value for name, value in fields.items() if name in allowed and getattr(project, name) != value}
    _check(project, changed)
    for name, value in changed.items():
        setattr(project, name, value)
    if changed:
        project.save(update_fields=[*changed])
    _pictures(project, pictures, remove)
    if changed:
        index_on_commit(project.subject_id)
        data = {"fields": sorted(changed), "title": project.title}
        record(
            kind="project_changed", subject=project.record_key, place=project.budget.place, by=by, now=now, data=data
        )
    return project


def _check(project: Project, changed: Mapping[str, Any]) -> None:
    if "title" in changed and not changed["title"].strip():
        raise BudgetError(_("Give the project a title."))
    pot = changed.get("pot")
    if isinstance(pot, Pot) and pot.budget_id != project.budget_id:
        raise BudgetError(_("That pot belongs to another budget."))
    place = changed.get("place")
    if place is not None and project.budget.place_id not in {place.pk, place.parent_id}:
        raise BudgetError(_("%(name)s does not lie in the place of this budget.") % {"name": place.name})


@transaction.atomic
def take_over(*, pk: int, title: str, body: str, by: User, suggestion: Amendment, now: datetime) -> Project:
    """Put words that somebody suggested in force: what co-design is for. Raises BudgetError."""
    project = locked_project(pk)
    require(by, "budgets.edit_project", project)
    if project.status not in {Project.Status.IDEA, Project.Status.FEASIBLE}:
        raise BudgetError(_("Its words stand now as they are."))
    project.title, project.body = title, body
    project.save(update_fields=["title", "body"])
    index_on_commit(project.subject_id)
    record(
        kind="project_changed", subject=project.record_key, place=project.budget.place, by=by, now=now,
        data={"fields": ["body", "title"], "suggestion": suggestion.pk},
    )  # fmt: skip
    return project


@transaction.atomic
def set_cost(
    *, project_id: int, cost: int | None, lines: Sequence[tuple[str, int]], co_fundings: Sequence[tuple[str, int]],
    by: User, now: datetime,
) -> Project:  # fmt: skip
    """What a project asks of the budget, its parts, and what others pay beside it. Raises BudgetError."""
    project = locked_project(project_id)
    require(by, "budgets.direct_project", project)
    total = sum(amount for _label, amount in lines)
    cost = cost if cost is not None else (total or None)
    if lines and total != cost:
        raise BudgetError(
            _("The parts together are %(total)s, the cost is %(cost)s. Make them agree.")
            % {"total": f"{total:,}", "cost": f"{cost or 0:,}"}
        )
    project.cost, project.funded = cost, sum(amount for _name, amount in co_fundings)
    project.save(update_fields=["cost", "funded"])
    project.cost_lines.all().delete()
    CostLine.objects.bulk_create(CostLine(project=project, label=label, amount=amount) for label, amount in lines)
    project.co_fundings.all().delete()
    CoFunding.objects.bulk_create(CoFunding(project=project, name=name, amount=amount) for name, amount in co_fundings)
    record(
        kind="project_cost", subject=project.record_key, place=project.budget.place, by=by, now=now,
        data={"cost": cost, "funded": project.funded},
    )  # fmt: skip
    return project


def _pictures(project: Project, pictures: Sequence[Picture], remove: Sequence[int]) -> None:
    gone = list(project.images.filter(pk__in=list(remove)))
    ProjectImage.objects.filter(pk__in=[one.pk for one in gone]).delete()
    transaction.on_commit(lambda: [one.file.delete(save=False) for one in gone])
    if project.images.count() + len(pictures) > PICTURES:
        raise BudgetError(_("A project holds at most five pictures. Leave some out."))
    for picture in pictures:
        attach(project, picture)


def attach(project: Project, picture: Picture) -> ProjectImage:
    """Store one picture, encoded anew already, under a random name."""
    image = ProjectImage(project=project, description=picture.description or project.title)
    image.file.save(f"{secrets.token_hex(16)}.{picture.suffix}", ContentFile(picture.content), save=False)
    image.width, image.height = picture.size
    image.save()
    return image


@transaction.atomic
def hide(*, pk: int, rule: int, reason: str, by: User, now: datetime) -> Project:
    """Carry out a moderator's decision: a project on the ballot stays, since ballots name it. Raises BudgetError."""
    project = locked_project(pk)
    if project.status == Project.Status.HIDDEN:
        return project
    if project.status == Project.Status.MERGED:
        raise BudgetError(_("It is merged. Hide the one that stands."))
    project.status_before, project.status = project.status, Project.Status.HIDDEN
    project.save(update_fields=["status", "status_before"])
    index_on_commit(project.subject_id)
    record(
        kind="hidden", subject=project.record_key, place=project.budget.place, by=by, now=now, reason=reason,
        data={"rule": rule},
    )  # fmt: skip
    _tell_author(project, gettext_noop("Your idea “%(title)s” was hidden. Reason: %(reason)s"), "hidden", now, reason)
    return project


@transaction.atomic
def show(*, pk: int, reason: str, by: User, now: datetime) -> Project:
    """Show a hidden project again, as it stood."""
    project = locked_project(pk, before_vote=False)
    if project.status != Project.Status.HIDDEN:
        return project
    project.status, project.status_before = project.status_before or Project.Status.IDEA, ""
    project.save(update_fields=["status", "status_before"])
    index_on_commit(project.subject_id)
    record(kind="restored", subject=project.record_key, place=project.budget.place, by=by, now=now, reason=reason)
    _tell_author(project, gettext_noop("Your idea “%(title)s” is shown again."), "restored", now, reason)
    return project


def _tell_author(project: Project, message: str, kind: str, now: datetime, reason: str) -> None:
    if project.author_id:
        key = f"project:{project.pk}:{kind}:{now:%Y%m%d%H%M%S}"
        tell_of(project, users=[project.author_id], kind=kind, message=message, key=key, now=now, reason=reason)
