"""What voting holds of a person: their ballots, which stay in the count without any tie to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from madang.ground.people import data
from madang.plan.budgets.models import Ballot, Voter, VoterIdentity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.people.models import User

COLUMNS = (
    "budget_id", "budget__title", "voter__basis", "voter__district__code", "voter__age_band", "choices", "points",
    "draft_choices", "receipt", "submitted_at",
)  # fmt: skip


def _ballots(user: User) -> Iterable[Mapping[str, Any]]:
    return Ballot.objects.filter(voter__user=user).order_by("pk").values(*COLUMNS).iterator()


def _untie(leaving: data.Leaving) -> None:
    """The ballot stays counted; who cast it is forgotten. Its hash goes once the person can't vote a second time."""
    mine = Voter.objects.filter(user=leaving.user)
    VoterIdentity.objects.filter(voter__in=mine, budget__counts__official=True).delete()
    mine.update(user=None)


BALLOTS = data.Holding(
    "budget_ballots", _("Ballots in participatory budgets"), _ballots, _untie, (data.covered(Voter, "user"),), order=45
)
