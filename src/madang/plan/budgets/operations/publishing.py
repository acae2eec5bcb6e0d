"""Publishing the result: an official puts it out with its digests; projects are won or lost, and people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.ground.participation.operations import tell, tell_around
from madang.ground.people.permissions import require
from madang.ground.record.operations import record
from madang.plan.budgets.models import Budget, Count, Project, Voter
from madang.plan.budgets.operations.execution import carry_out
from madang.plan.budgets.permissions_voting import COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.people.models import User


class PublishError(Exception):
    """Nothing was published; the message says why."""


@transaction.atomic
def publish(*, budget: Budget, by: User, now: datetime, measures: bool = True) -> Count:
    """Publish the official count. Raises PublishError, PermissionDenied.

    measures: begin one for every project that won.
    """
    require(by, COUNT, budget)
    count = Count.objects.select_for_update().filter(budget=budget, official=True).first()
    if count is None:
        raise PublishError(_("Nothing has been counted yet. Have the ballots counted first."))
    if count.published_at:
        raise PublishError(_("The result is public already."))
    count.published_at = now
    count.save(update_fields=["published_at"])
    winners = settle(budget, count)
    data = {
        "winners": sorted(one.number for one in winners), "cost": count.outcome["cost"],
        "digest": count.input_digest, "open_data": count.open_data_digest, "receipts": count.details["receipts"],
    }  # fmt: skip
    record(kind="budget_result", subject=budget.record_key, place=budget.place, by=by, now=now, data=data)
    if measures and budget.source != Budget.Source.IMPORTED:
        for project in winners:
            carry_out(project=project, budget=budget, by=by, now=now)
    _tell(budget, now)
    return count


def settle(budget: Budget, count: Count) -> Sequence[Project]:
    """Set what became of each project on the ballot; the winners, in their order."""
    numbers = [int(one) for one in count.outcome["winners"]]
    listed = Project.objects.filter(budget=budget, status__in=Project.ON_BALLOT)
    listed.filter(number__in=numbers).update(status=Project.Status.WON)
    listed.exclude(number__in=numbers).update(status=Project.Status.LOST)
    rows = Project.objects.filter(budget=budget, number__in=numbers).select_related("item", "place", "pot")
    found = {one.number: one for one in rows}
    return [found[number] for number in numbers if number in found]


def _tell(budget: Budget, now: datetime) -> None:
    """Those who voted hear what became of it; those who follow the budget too."""
    if budget.source != Budget.Source.OWN:
        return
    page = reverse("budgets:result", args=[budget.pk])
    told: dict[str, object] = {"title": budget.title}
    message = gettext_noop("The result of “%(title)s” is out. See what won, why, and what your share paid for.")
    voters = Voter.objects.filter(budget=budget, user__isnull=False).values_list("user_id", flat=True).distinct()
    key = f"budget:{budget.pk}:result"
    tell(
        users=[one for one in voters if one], kind="budget_result", message=message, params=told, url=page, key=key,
        now=now, subject=budget.subject_id,
    )  # fmt: skip
    tell_around(
        subject=budget.subject_id, kind="budget_result", message=message, params=told, url=page, key=key, now=now
    )
