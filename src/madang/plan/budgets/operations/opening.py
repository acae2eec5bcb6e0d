"""Opening the vote: projects go on the ballot, everything is frozen, and its digest stands on the record."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.participation.operations import tell, tell_around
from madang.ground.record.operations import record
from madang.plan.budgets.models import Budget, Phase, Project
from madang.plan.budgets.operations.common import BudgetError, locked, officers_of
from madang.plan.budgets.operations.setup import COUNT
from madang.plan.budgets.queries.checklist import missing_for

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.plan.budgets.queries.checklist import Point

RULES = ("currency", "level", "least_age", "admits_workers", "admits_firms", "admits_paper", *COUNT, "seed")


class NotReadyError(BudgetError):
    """Something that the vote needs is missing. `missing`: the lines of the checklist."""

    def __init__(self, missing: list[Point]) -> None:
        listed = ", ".join(str(one.label) for one in missing)
        super().__init__(_("Voting cannot open yet. Still missing: %(list)s") % {"list": listed})
        self.missing = missing


def frozen_text(budget: Budget) -> str:
    """What is frozen, as JSON in one fixed form: rules, pots, projects on the ballot, exclusions and needs."""
    projects = budget.projects.filter(status__in=Project.ON_BALLOT).order_by("number")
    columns = ("number", "title", "cost", "funded", "pot__name", "place__code", "needs__number")
    conflicts = [
        sorted(one.members.values_list("project__number", flat=True)) for one in budget.conflicts.order_by("pk")
    ]
    told = {
        "budget": budget.record_key,
        "rules": {name: getattr(budget, name) for name in RULES},
        "pots": list(budget.pots.order_by("name").values("name", "amount", "place__code", "most_cost")),
        "projects": list(projects.values(*columns)),
        "conflicts": sorted(conflicts),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(budget: Budget) -> str:
    """SHA-256 of what is frozen; whoever has the text computes the same."""
    return hashlib.sha256(frozen_text(budget).encode()).hexdigest()


@transaction.atomic
def open_vote(*, budget_id: int, by: User | None, now: datetime) -> Budget:
    """Freeze a budget whose voting phase has begun. Twice changes nothing. Raises NotReadyError, BudgetError."""
    budget = locked(budget_id)
    if budget.frozen_at:
        return budget
    phase = budget.phases.filter(kind="vote").first()
    if budget.status != Budget.Status.PUBLIC or phase is None or not phase.starts_at <= now < phase.ends_at:
        raise BudgetError(_("It is not the time of the vote."))
    if missing := missing_for("vote", budget, now):
        raise NotReadyError(missing)
    return freeze(budget, by=by, now=now)


def freeze(budget: Budget, *, by: User | None, now: datetime) -> Budget:
    """Put the feasible projects on the ballot and freeze; inside the caller's transaction."""
    ready = budget.projects.filter(status=Project.Status.FEASIBLE, cost__isnull=False, pot__isnull=False)
    ready.update(status=Project.Status.BALLOT)
    budget.frozen_digest, budget.frozen_at = digest_of(budget), now
    budget.save(update_fields=["frozen_at", "frozen_digest"])
    count = budget.projects.filter(status__in=Project.ON_BALLOT).count()
    data = {"digest": budget.frozen_digest, "projects": count, "rule": budget.rule, "ballot": budget.ballot_type}
    record(kind="budget_frozen", subject=budget.record_key, place=budget.place, by=by, now=now, data=data)
    if budget.source == Budget.Source.OWN:
        _tell_opened(budget, now)
    return budget


def _tell_opened(budget: Budget, now: datetime) -> None:
    tell_around(
        subject=budget.subject_id, kind="budget_vote", message=gettext_noop("Voting on “%(title)s” has opened."),
        params={"title": budget.title}, url=budget.get_absolute_url(), key=f"budget:{budget.pk}:vote", now=now,
    )  # fmt: skip


def open_votes(*, now: datetime) -> int:
    """Open every vote whose time has come; tell the officers, once a day, of those that are not ready."""
    due = Phase.objects.filter(kind="vote", starts_at__lte=now, ends_at__gt=now)
    waiting = due.filter(budget__frozen_at=None, budget__status=Budget.Status.PUBLIC)
    opened = 0
    for budget in Budget.objects.filter(pk__in=waiting.values("budget")).select_related("place"):
        try:
            open_vote(budget_id=budget.pk, by=None, now=now)
            opened += 1
        except BudgetError as problem:
            _tell_not_ready(budget, str(problem), now)
    return opened


def _tell_not_ready(budget: Budget, problem: str, now: datetime) -> None:
    day = timezone.localdate(now).isoformat()
    tell(
        users=officers_of(budget.place, now), kind="budget_not_ready",
        message=gettext_noop("Voting on “%(title)s” should have opened but is not ready. %(problem)s"),
        params={"title": budget.title, "problem": problem}, url=reverse("budgets:setup", args=[budget.pk]),
        key=f"budget:{budget.pk}:not-ready:{day}", subject=budget.subject_id, now=now,
    )  # fmt: skip
