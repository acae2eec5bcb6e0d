"""Whether a receipt belongs to a ballot that counts. It says nothing of what the ballot holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.plan.budgets.models import Ballot, Count
from madang.plan.budgets.voting import receipts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from madang.plan.budgets.models import Budget


@dataclass(frozen=True)
class Proof:
    """state: unreadable, unknown, in (the ballot is in the box), counted (it is among the counted ones)."""

    state: str
    code: str = ""
    hash: str = ""


def find(budget: Budget, text: str) -> Proof:
    """Look for a receipt (two queries)."""
    code = receipts.read(text)
    if not code:
        return Proof("unreadable")
    ballot = Ballot.objects.filter(budget=budget, receipt=code, submitted_at__isnull=False).only("pseudonym").first()
    if ballot is None:
        return Proof("unknown", code)
    counted = ballot.pseudonym is not None and Count.objects.filter(budget=budget, official=True).exists()
    return Proof("counted" if counted else "in", code, receipts.published(code))


def listing(budget: Budget) -> Iterator[str]:
    """The published list: the hash of every counted ballot's receipt, in the order of the hashes."""
    rows = Ballot.objects.filter(budget=budget, pseudonym__isnull=False).values_list("receipt", flat=True)
    yield from receipts.listing(rows.iterator()).splitlines(keepends=True)
