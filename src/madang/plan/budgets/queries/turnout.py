"""Turnout: how many voted, by district. Nothing else is known before the close, to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from madang.ground.places.models import Place
from madang.plan.budgets.models import Ballot, Voter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.plan.budgets.models import Budget

# Fewer are not told: so few might be named.
LEAST = 10


@dataclass(frozen=True)
class District:
    """voters: None where fewer than LEAST have voted."""

    place: Place | None
    voters: int | None


@dataclass(frozen=True)
class Turnout:
    """hidden: voters in districts whose own number is not told (None where one such district would be told by it)."""

    total: int
    eligible: int | None
    districts: Sequence[District]
    online: int
    paper: int

    @property
    def percent(self) -> float | None:
        return 100 * self.total / self.eligible if self.eligible else None

    @property
    def most(self) -> int:
        return max((one.voters or 0 for one in self.districts), default=0) or 1


def turnout(budget: Budget) -> Turnout:
    """Submitted ballots by district (two queries)."""
    submitted = Ballot.objects.filter(budget=budget, submitted_at__isnull=False)
    rows = submitted.order_by().values("voter__district").annotate(
        n=Count("pk"), on_paper=Count("pk", filter=Q(voter__channel=Voter.Channel.PAPER))
    )  # fmt: skip
    found = {row["voter__district"]: row for row in rows}
    places = Place.objects.filter(pk__in=[pk for pk in found if pk]).defer("boundary")
    shown = _shown({pk: row["n"] for pk, row in found.items()})
    districts = [District(one, shown[one.pk]) for one in places]
    if None in found:
        districts.append(District(None, shown[None]))
    districts.sort(key=lambda one: (one.voters is None, -(one.voters or 0), one.place.code if one.place else "~"))
    total, paper = sum(row["n"] for row in found.values()), sum(row["on_paper"] for row in found.values())
    return Turnout(total, budget.eligible, districts, total - paper, paper)


def _shown(counts: dict[int | None, int]) -> dict[int | None, int | None]:
    """Small numbers hidden; where only one would be, the next smallest too, so that the sum does not give it away."""
    small = [key for key, n in counts.items() if n < LEAST]
    if len(small) == 1 and len(counts) > 1 and sum(counts[key] for key in small) < LEAST:
        rest = sorted((n, str(key), key) for key, n in counts.items() if key not in small)
        small.append(rest[0][2])
    return {key: None if key in small else n for key, n in counts.items()}
