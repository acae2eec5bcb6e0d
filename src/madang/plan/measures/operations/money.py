"""Money: what was contracted and paid, one line each, corrected by another line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from madang.ground.record.operations import record
from madang.plan.measures.models import Spending
from madang.plan.measures.operations.starting import MeasureError, locked

if TYPE_CHECKING:
    from datetime import date, datetime

    from madang.ground.people.models import User
    from madang.plan.measures.models import Measure

# Ten trillion won: more than any measure, less than what a column holds.
MOST = 10_000_000_000_000


@transaction.atomic
def add_spending(
    *, measure: Measure, kind: str, label: str, amount: int, spent_on: date, by: User, now: datetime
) -> Spending:
    """Enter money, in won; a negative amount corrects a line before it.

    Raises MeasureError for a day to come, for nothing, and for a correction of more than was entered.
    """
    if spent_on > timezone.localdate(now):
        raise MeasureError(_("That day is still to come. Choose the day of the contract or payment."))
    if amount == 0 or abs(amount) > MOST:
        raise MeasureError(_("Enter the amount in won, below ten trillion."))
    measure = locked(measure)
    before = measure.spendings.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0
    if before + amount < 0:
        raise MeasureError(_("The correction takes away more than was entered. Check the amount."))
    line = Spending.objects.create(
        measure=measure, kind=kind, label=label.strip(), amount=amount, spent_on=spent_on, entered_by=by, entered_at=now
    )
    record(
        kind="measure_money", subject=measure.record_key, place=measure.place, office=measure.office, by=by, now=now,
        data={"kind": kind, "label": line.label, "amount": amount, "on": spent_on.isoformat()},
    )  # fmt: skip
    return line
