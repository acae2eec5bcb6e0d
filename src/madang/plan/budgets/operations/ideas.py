"""Ideas come from proposals: put forward by their author, gathered by an officer, or written at once for a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from madang.explore.proposals import text
from madang.explore.proposals.models import Proposal
from madang.explore.proposals.operations import writing
from madang.ground.participation.operations import add_subject
from madang.ground.participation.search.index import index_on_commit
from madang.ground.people.permissions import require
from madang.ground.record.operations import record
from madang.plan.budgets import timeline
from madang.plan.budgets.models import Budget, Pot, Project, ProjectSource
from madang.plan.budgets.operations.common import (
    BudgetError,
    is_officer_of,
    locked_project,
    tell_of,
    unfrozen,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.explore.proposals.operations.images import Picture
    from madang.ground.people.models import User
    from madang.ground.places.models import Place


class IdeasClosedError(BudgetError):
    """The budget does not take ideas now."""


class TooManyIdeasError(BudgetError):
    """The person has put forward as many ideas as this budget takes from one."""


class AlreadyProposedError(BudgetError):
    """The proposal is an idea of this budget already. `project`: which."""

    def __init__(self, project: Project) -> None:
        super().__init__(_("It is among the ideas of this budget already, as “%(title)s”.") % {"title": project.title})
        self.project = project


@transaction.atomic
def propose(*, budget_id: int, proposal: Proposal, by: User, now: datetime) -> Project:
    """Make a proposal an idea of a budget: by its author while ideas are gathered, by an officer until the vote.

    Raises IdeasClosedError, TooManyIdeasError, AlreadyProposedError, BudgetError.
    """
    budget = unfrozen(budget_id)
    official = is_officer_of(by, budget)
    if not official and proposal.author_id != by.pk:
        raise BudgetError(_("Only its author or an officer of the place can put a proposal forward."))
    if not official:
        _check_open(budget, now)
        _check_limit(budget, by)
    _check_proposal(budget, proposal)
    project = _add(budget, proposal, now)
    record(
        kind="idea", subject=project.record_key, place=budget.place, by=by, now=now,
        data={"budget": budget.pk, "proposal": proposal.pk, "number": project.number},
    )  # fmt: skip
    if proposal.author_id and proposal.author_id != by.pk:
        message = gettext_noop("Your proposal “%(title)s” is now an idea of “%(budget)s”.")
        key = f"project:{project.pk}:gathered"
        tell_of(
            project, users=[proposal.author_id], kind="budget_idea", message=message, key=key, now=now,
            budget=budget.title,
        )  # fmt: skip
    return project


def _check_open(budget: Budget, now: datetime) -> None:
    line = timeline.read(budget.phases.all(), now)
    if budget.status == Budget.Status.PUBLIC and line.kind == "ideas":
        return
    phase = line.phase("ideas")
    if phase and phase.starts_at > now and budget.status == Budget.Status.PUBLIC:
        raise IdeasClosedError(_("This budget does not take ideas yet. Its dates stand on its page."))
    raise IdeasClosedError(_("This budget no longer takes ideas. Write a proposal: an officer may still gather it."))


def _check_limit(budget: Budget, by: User) -> None:
    gone = (Project.Status.WITHDRAWN, Project.Status.MERGED)
    if budget.projects.filter(author=by).exclude(status__in=gone).count() >= budget.most_ideas:
        message = ngettext(
            "This budget takes %(n)s idea from one person. Withdraw yours to put another forward.",
            "This budget takes %(n)s ideas from one person. Withdraw one to put another forward.",
            budget.most_ideas,
        )
        raise TooManyIdeasError(message % {"n": budget.most_ideas})


def _check_proposal(budget: Budget, proposal: Proposal) -> None:
    if not proposal.is_visible:
        raise BudgetError(_("The proposal is no longer public."))
    if budget.place_id not in {proposal.place_id, proposal.place.parent_id}:
        raise BudgetError(_("The proposal concerns another place than this budget."))
    found = Project.objects.filter(budget=budget, sources__proposal=proposal).first()
    if found:
        raise AlreadyProposedError(found)


def _add(budget: Budget, proposal: Proposal, now: datetime) -> Project:
    project = Project.objects.create(
        subject=add_subject(kind=Project.KIND, place=proposal.place, now=now), budget=budget,
        number=next_number(budget), title=proposal.title, summary=text.excerpt(proposal.body, 190), body=proposal.body,
        field=proposal.field, place=proposal.place, latitude=proposal.latitude, longitude=proposal.longitude,
        author_id=proposal.author_id, item_id=proposal.agenda_item_id, pot=fitting_pot(budget, proposal),
        created_at=now,
    )  # fmt: skip
    ProjectSource.objects.create(project=project, proposal=proposal)
    index_on_commit(project.subject_id)
    return project


def next_number(budget: Budget) -> int:
    """The next number, under the budget's lock."""
    return (budget.projects.aggregate(last=Max("number"))["last"] or 0) + 1


def fitting_pot(budget: Budget, proposal: Proposal) -> Pot | None:
    """The one pot into which the proposal falls by district and theme; None where none or several do."""
    pots = list(budget.pots.all())
    inside = [one for one in pots if one.place_id in {None, proposal.place_id} and one.field in {"", proposal.field}]
    own = [one for one in inside if one.place_id or one.field]
    found = own or inside
    return found[0] if len(found) == 1 else None


@transaction.atomic
def write(
    *, budget_id: int, place: Place, typed: writing.Text, by: User, now: datetime, pictures: Sequence[Picture] = (),
    accepts_conduct: bool = True,
) -> tuple[Project, writing.Written]:  # fmt: skip
    """Write a proposal and make it an idea at once, so that its author can follow what becomes of it.

    Raises what `propose` and `writing.write` raise.
    """
    budget = unfrozen(budget_id)
    require(by, "budgets.propose", budget)
    _check_open(budget, now)
    _check_limit(budget, by)
    written = writing.write(
        by=by, place=place, typed=typed, now=now, pictures=pictures, accepts_conduct=accepts_conduct
    )
    return propose(budget_id=budget_id, proposal=written.proposal, by=by, now=now), written


@transaction.atomic
def gather(*, budget_id: int, proposals: Sequence[Proposal], by: User, now: datetime) -> list[Project]:
    """Make several proposals ideas of a budget; those that are it already are left as they are."""
    budget = unfrozen(budget_id)
    require(by, "budgets.set_up", budget)
    found = []
    for proposal in proposals:
        try:
            with transaction.atomic():
                found.append(propose(budget_id=budget_id, proposal=proposal, by=by, now=now))
        except (AlreadyProposedError, IntegrityError):
            continue
    return found


@transaction.atomic
def withdraw(*, project_id: int, by: User, now: datetime, reason: str = "") -> Project:
    """Take one's own idea back before the vote; the proposal stays. Twice changes nothing."""
    project = locked_project(project_id)
    require(by, "budgets.edit_project", project)
    if project.status == Project.Status.WITHDRAWN:
        return project
    if project.status in {Project.Status.MERGED, Project.Status.HIDDEN}:
        raise BudgetError(_("It is merged or hidden. Undo that first."))
    before, project.status = project.status, Project.Status.WITHDRAWN
    project.save(update_fields=["status"])
    record(
        kind="withdrawn", subject=project.record_key, place=project.budget.place, by=by, now=now,
        reason=reason.strip()[:500], data={"previous_status": before},
    )  # fmt: skip
    return project
