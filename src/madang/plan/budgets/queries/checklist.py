"""What a budget still lacks: for its publication, and for its vote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from madang.plan.budgets.models import Budget, Project, Screening

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Point:
    """One line of the checklist. needed_for: "publication", "vote" or "" (only advised); page: where it is mended."""

    key: str
    label: object
    done: bool
    page: str
    needed_for: str = ""
    note: str = ""


def checklist(budget: Budget, now: datetime) -> list[Point]:
    """Every point in the order of the steps (three queries)."""
    pots = list(budget.pots.all())
    phases = {one.kind: one for one in budget.phases.all()}
    counted = _counted(budget)
    vote = phases.get("vote")
    return [
        _point(budget, "basics", _("Title and what it is about"), bool(budget.description), "publication"),
        _point(budget, "pots", _("At least one pot with money"), bool(pots), "publication"),
        _point(
            budget, "phases", _("Phases with a vote that has not passed"),
            vote is not None and (budget.frozen_at is not None or vote.ends_at > now), "publication",
        ),
        _point(
            budget, "electorate", _("Number of people who may vote, for the turnout"), budget.eligible is not None, ""
        ),
        _point(budget, "ballot", _("Ballot and count that go together"), _fits(budget), "publication"),
        _point(budget, "simulator", _("The rule tried on ballots of the past"), counted["simulated"] > 0, ""),
        *_projects(budget, counted, len(pots)),
    ]  # fmt: skip


def _point(budget: Budget, key: str, label: object, done: bool, needed: str, note: str = "") -> Point:
    page = "projects" if key in {"projects", "priced", "examined"} else f"setup_{key}"
    return Point(key, label, done, reverse(f"budgets:{page}", args=[budget.pk]), needed, note)


def _fits(budget: Budget) -> bool:
    from madang.plan.budgets.models.budgets import BallotType

    points = budget.ballot_type != BallotType.CUMULATIVE or bool(budget.points)
    return points and (budget.ballot_type != BallotType.K_APPROVAL or bool(budget.most_choices))


def _counted(budget: Budget) -> dict[str, int]:
    """Numbers of projects that matter before the vote."""
    feasible = Q(status__in=(Project.Status.FEASIBLE, *Project.ON_BALLOT))
    found = budget.projects.aggregate(
        feasible=Count("pk", filter=feasible),
        incomplete=Count("pk", filter=feasible & (Q(cost=None) | Q(pot=None))),
        too_dear=Count("pk", filter=feasible & (Q(cost__gt=F("pot__most_cost")) | Q(cost__gt=F("pot__amount")))),
        waiting=Count("pk", filter=Q(status=Project.Status.IDEA)),
    )
    found["examining"] = Screening.objects.filter(project__budget=budget, decided_at=None).count()
    found["simulated"] = budget.simulations.filter(computed_at__isnull=False).count()
    return found


def _projects(budget: Budget, counted: dict[str, int], pots: int) -> list[Point]:
    bad = counted["incomplete"] + counted["too_dear"]
    note = ngettext(
        "%(n)s project has no cost, no pot, or costs more than its pot allows.",
        "%(n)s projects have no cost, no pot, or cost more than their pots allow.",
        bad,
    ) % {"n": bad}
    left = counted["waiting"] + counted["examining"]
    waiting = ngettext("%(n)s idea waits for a verdict.", "%(n)s ideas wait for a verdict.", left) % {"n": left}
    return [
        _point(budget, "projects", _("Projects found feasible"), counted["feasible"] > 0, "vote"),
        _point(
            budget, "priced", _("A cost and a pot for each of them"), not bad and counted["feasible"] > 0 and pots > 0,
            "vote", note if bad else "",
        ),
        _point(
            budget, "examined", _("A verdict for every idea"), not left and counted["feasible"] > 0, "",
            waiting if left else "",
        ),
    ]  # fmt: skip


def missing_for(what: str, budget: Budget, now: datetime) -> list[Point]:
    """What stands in the way of a publication ("publication") or of the vote ("vote": that, and its own)."""
    wanted = {"publication"} if what == "publication" else {"publication", "vote"}
    return [one for one in checklist(budget, now) if one.needed_for in wanted and not one.done]
