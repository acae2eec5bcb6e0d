"""Screening: an office is asked, says with reasons whether and for what cost, and may be asked again on appeal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.people.permissions import require
from madang.ground.places.queries import settings_of
from madang.ground.record.operations import record
from madang.plan.budgets.models import CostLine, Project, Screening
from madang.plan.budgets.operations.common import (
    BudgetError,
    authors_of,
    locked_project,
    officers_of,
    people_of,
    tell_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office


class ScreeningError(BudgetError):
    """A step of the examination that is not open now."""


@transaction.atomic
def ask(*, project_id: int, office: Office, by: User, now: datetime, days: int | None = None) -> Screening:
    """Ask an office to examine an idea, or to examine it again after an appeal. Raises ScreeningError."""
    project = locked_project(project_id)
    require(by, "budgets.direct_project", project)
    appealed = _appealed(project)
    if project.status != Project.Status.IDEA and appealed is None:
        raise ScreeningError(_("It was examined already. Only an appeal opens it again."))
    if office.place_id not in {project.budget.place_id, project.budget.place.parent_id, project.place_id}:
        raise ScreeningError(_("That office belongs to another place. Choose one of this place."))
    days = days or settings_of(project.budget.place)["screening_days"].value
    try:
        with transaction.atomic():
            screening = Screening.objects.create(
                project=project, office=office, asked_by=by, asked_at=now, due_at=now + timedelta(days=days),
                answers=appealed,
            )  # fmt: skip
    except IntegrityError as clash:
        raise ScreeningError(_("An office is examining it already. Wait for its verdict.")) from clash
    data = {"due_at": screening.due_at.isoformat(), "appeal": appealed is not None}
    _record("screening_asked", screening, by, now, data)
    message = gettext_noop("%(office)s was asked to examine “%(title)s” for a participatory budget.")
    tell_of(
        project, users=people_of(office, now), kind="screening_asked", message=message,
        key=f"screening:{screening.pk}:asked", now=now, office=office.name_ko,
    )  # fmt: skip
    return screening


def _appealed(project: Project) -> Screening | None:
    """The verdict that was appealed against and not yet examined again."""
    rows = project.screenings.filter(appealed_at__isnull=False, answered_by=None)
    return rows.order_by("-asked_at").first()


@transaction.atomic
def decide(
    *, screening_id: int, verdict: str, reasons: str, by: User, now: datetime, cost: int | None = None,
    lines: Sequence[tuple[str, int]] = (),
) -> Screening:  # fmt: skip
    """An office's verdict with its published reasons, and for a feasible project what it would cost.

    lines: parts of the cost, which together are the cost. Raises ScreeningError.
    """
    screening = Screening.objects.select_related("project", "office", "answers").get(pk=screening_id)
    project = locked_project(screening.project_id)
    require(by, "budgets.screen", screening)
    screening = (
        Screening.objects.select_for_update(of=("self",)).select_related("office", "answers").get(pk=screening_id)
    )
    screening.project = project
    cost = _check_verdict(screening, verdict, reasons, cost, lines, by)
    screening.verdict, screening.reasons, screening.cost = verdict, reasons.strip(), cost
    screening.decided_by, screening.decided_at = by, now
    screening.save(update_fields=["verdict", "reasons", "cost", "decided_by", "decided_at"])
    _apply(project, verdict, cost, lines)
    _record("screening_decided", screening, by, now, {"verdict": verdict, "cost": cost}, reasons.strip())
    _tell_verdict(screening, now)
    return screening


def _check_verdict(
    screening: Screening, verdict: str, reasons: str, cost: int | None, lines: Sequence[tuple[str, int]], by: User
) -> int | None:
    if screening.decided_at:
        raise ScreeningError(_("This examination was decided already. Reload the page to see how."))
    if not reasons.strip():
        raise ScreeningError(_("Give the reasons: everybody reads them."))
    if screening.answers and screening.answers.decided_by_id == by.pk:
        raise ScreeningError(_("You decided what this appeal is about. Somebody else of the office must examine it."))
    if verdict == Screening.Verdict.INFEASIBLE:
        return None
    total = sum(amount for _label, amount in lines)
    if lines and cost is not None and total != cost:
        raise ScreeningError(
            _("The parts together are %(total)s, the cost is %(cost)s. Make them agree.")
            % {"total": f"{total:,}", "cost": f"{cost:,}"}
        )
    cost = cost if cost is not None else total or None
    if cost is None:
        raise ScreeningError(_("Say what it would cost: residents decide about money."))
    return cost


def _apply(project: Project, verdict: str, cost: int | None, lines: Sequence[tuple[str, int]]) -> None:
    feasible = verdict != Screening.Verdict.INFEASIBLE
    project.status = Project.Status.FEASIBLE if feasible else Project.Status.INFEASIBLE
    project.cost = cost if feasible else project.cost
    project.save(update_fields=["status", "cost"])
    if feasible and lines:
        project.cost_lines.all().delete()
        CostLine.objects.bulk_create(CostLine(project=project, label=label, amount=amount) for label, amount in lines)
    elif feasible and sum(one.amount for one in project.cost_lines.all()) != cost:
        project.cost_lines.all().delete()


def _tell_verdict(screening: Screening, now: datetime) -> None:
    message = gettext_noop("%(office)s has examined “%(title)s”. Its verdict and reasons are published.")
    tell_of(
        screening.project, users=None, kind="screening_decided", message=message,
        key=f"screening:{screening.pk}:decided", now=now, office=screening.office.name_ko,
    )  # fmt: skip


@transaction.atomic
def appeal(*, screening_id: int, words: str, by: User, now: datetime) -> Screening:
    """The author asks for another examination: once for each idea, within the time its place gives.

    Raises ScreeningError.
    """
    found = Screening.objects.select_related("project__budget__place", "office").get(pk=screening_id)
    require(by, "budgets.appeal", found)
    project = locked_project(found.project_id)
    screening = Screening.objects.select_for_update(of=("self",)).select_related("office").get(pk=screening_id)
    screening.project = project
    if reason := why_no_appeal(screening, now):
        raise ScreeningError(reason)
    if not words.strip():
        raise ScreeningError(_("Say why it should be examined again."))
    screening.appealed_by, screening.appealed_at, screening.appeal = by, now, words.strip()[:4000]
    screening.save(update_fields=["appealed_by", "appealed_at", "appeal"])
    _record("screening_appealed", screening, by, now, {}, screening.appeal)
    message = gettext_noop("The author of “%(title)s” appeals against its verdict. Ask for another examination.")
    tell_of(
        project, users=officers_of(project.budget.place, now), kind="screening_appealed", message=message,
        key=f"screening:{screening.pk}:appealed", now=now,
    )  # fmt: skip
    return screening


def why_no_appeal(screening: Screening, now: datetime) -> str:
    """Why a verdict cannot be appealed against (any more); empty where it can."""
    if screening.decided_at is None or screening.verdict == Screening.Verdict.FEASIBLE:
        return _("There is no verdict against which one could appeal.")
    project = screening.project
    if project.screenings.filter(appealed_at__isnull=False).exists():
        return _("An idea is examined again once. It was.")
    if project.budget.frozen_at or project.status not in {Project.Status.INFEASIBLE, Project.Status.FEASIBLE}:
        return _("The verdict no longer stands, or the vote has opened.")
    days = settings_of(project.budget.place)["screening_appeal_days"].value
    if now > screening.decided_at + timedelta(days=days):
        return _("The time to appeal is over: %(days)s days from the verdict.") % {"days": days}
    return ""


def report_late(*, now: datetime, limit: int = 200) -> int:
    """Tell offices and officers of examinations whose time is over, once each; how many there were."""
    late = Screening.objects.filter(decided_at=None, due_at__lt=now, late_told_at=None)
    return sum(_report(pk, now) for pk in late.order_by("due_at").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _report(pk: int, now: datetime) -> int:
    rows = Screening.objects.select_for_update(of=("self",), skip_locked=True)
    screening = rows.filter(pk=pk, late_told_at=None).select_related("project__budget__place", "office").first()
    if screening is None:
        return 0
    Screening.objects.filter(pk=pk).update(late_told_at=now)
    budget = screening.project.budget
    users = [*people_of(screening.office, now), *officers_of(budget.place, now)]
    message = gettext_noop("The examination of “%(title)s” by %(office)s is late.")
    tell_of(
        screening.project, users=users, kind="screening_late", message=message, key=f"screening:{pk}:late", now=now,
        office=screening.office.name_ko,
    )  # fmt: skip
    return 1


def _record(
    kind: str, screening: Screening, by: User | None, now: datetime, data: dict[str, object], reason: str = ""
) -> None:
    project = screening.project
    record(
        kind=kind, subject=project.record_key, place=project.budget.place, office=screening.office, by=by, now=now,
        reason=reason, data=data,
    )  # fmt: skip


__all__ = ["ScreeningError", "appeal", "ask", "authors_of", "decide", "report_late", "why_no_appeal"]
