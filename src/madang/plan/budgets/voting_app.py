"""What voting and counting register when the app is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.ground.footing import lanes
from madang.ground.participation import kinds
from madang.ground.participation.kinds import Kind
from madang.ground.people import data
from madang.ground.record import kinds as recorded
from madang.ground.record import results
from madang.plan.budgets import (
    counting_task,  # noqa: F401 - importing it registers the job
    holdings_voting,
    permissions_voting,  # noqa: F401 - importing it registers the rules
)
from madang.plan.budgets.lane import LANE
from madang.plan.budgets.queries.opened import published_counts


def register() -> None:
    """Rules, jobs, the fast lane, what is told and recorded, what is held of a person, and what is recounted."""
    lanes.register(LANE)
    kinds.register(Kind("budget_result", _("The result of a participatory budget"), group="outcome"))
    recorded.register("budget_counted", _("Ballots counted"))
    recorded.register("budget_result", _("Result of a budget published"))
    data.register(holdings_voting.BALLOTS)
    results.register("budget-count", published_counts)
