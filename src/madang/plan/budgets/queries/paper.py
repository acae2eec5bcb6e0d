"""Paper ballots as officials see them: what waits for whom, and the reconciliation that is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from madang.plan.budgets.models import PaperEntry, PaperSheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.people.models import User
    from madang.plan.budgets.models import Budget

SHOWN = 50


@dataclass(frozen=True)
class Reconciliation:
    """Sheets: issued = received + outstanding; received = ballots + void + double + open. No ballot is told of."""

    issued: int
    received: int
    once: int
    different: int
    void: int
    double: int
    ballots: int

    @property
    def outstanding(self) -> int:
        return self.issued - self.received

    @property
    def open(self) -> int:
        return self.once + self.different

    @property
    def settled(self) -> int:
        return self.received - self.open

    def told(self) -> dict[str, int]:
        """As kept beside the count and on the record."""
        return {
            "issued": self.issued, "received": self.received, "outstanding": self.outstanding, "void": self.void,
            "double": self.double, "open": self.open, "ballots": self.ballots,
        }  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """What an official sees. second: sheets that this person may read as the second; deciding: where two differ."""

    sums: Reconciliation
    second: Sequence[str]
    deciding: Sequence[str]
    mine: int


def reconciliation(budget: Budget) -> Reconciliation:
    """The sums (two queries)."""
    status = PaperEntry.Status
    first = PaperEntry.objects.filter(budget=budget, reading=1)
    found = first.aggregate(
        received=Count("pk"),
        void=Count("pk", filter=Q(status=status.VOID) & _read_twice()),
        once=Count("pk", filter=~_read_twice()),
        different=Count("pk", filter=Q(status=status.DIFFERENT)),
        ballots=Count("pk", filter=Q(status=status.AGREED, voter__isnull=False)),
        double=Count("pk", filter=Q(status=status.AGREED, voter=None)),
    )
    return Reconciliation(issued=PaperSheet.objects.filter(budget=budget).count(), **found)


def _read_twice() -> Q:
    again = PaperEntry.objects.filter(reading=2)
    return Q(Exists(again.filter(budget=OuterRef("budget"), serial=OuterRef("serial"))))


def desk(budget: Budget, user: User) -> Desk:
    """What waits for this person (five queries)."""
    rows = PaperEntry.objects.filter(budget=budget)
    mine = rows.filter(entered_by=user).values("serial")
    once = rows.filter(reading=1).filter(~_read_twice()).exclude(serial__in=mine)
    different = rows.filter(reading=1, status=PaperEntry.Status.DIFFERENT).exclude(serial__in=mine)
    return Desk(
        sums=reconciliation(budget), second=list(once.values_list("serial", flat=True)[:SHOWN]),
        deciding=list(different.values_list("serial", flat=True)[:SHOWN]), mine=rows.filter(entered_by=user).count(),
    )  # fmt: skip
