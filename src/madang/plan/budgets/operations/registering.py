"""Entering somebody among the voters of a budget, once. The database decides between two who come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.plan.budgets.models import Budget, Voter, VoterIdentity
from madang.plan.budgets.queries.eligibility import Capacity, digests_of, eligibility

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User

AGE_BANDS = ("-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70+")


class NotEligibleError(Exception):
    """Somebody who may not vote here now; the message says why and what to do. `hurdles`: each by itself."""

    def __init__(self, text: str, hurdles: tuple[object, ...] = ()) -> None:
        super().__init__(text)
        self.hurdles = hurdles


class VotedAlreadyError(NotEligibleError):
    """The same person, or the same organization, votes already by another account or on paper."""


def register(
    *, budget: Budget, by: User, now: datetime, capacity: str = "", age_band: str = "", of_age: bool = True
) -> Voter:
    """The voter that a person is in a budget; made at the first call, the same afterwards.

    capacity: key of one of `eligibility().capacities` ("" takes the first); age_band: told freely, for the figures;
    of_age: whether the person declared the least age. Raises NotEligibleError, VotedAlreadyError.
    """
    if found := registered(budget, by):
        return found
    checked = eligibility(user=by, budget=budget, now=now)
    if not checked.may:
        raise NotEligibleError(" ".join(one.text for one in checked.hurdles), checked.hurdles)
    chosen = (
        next((one for one in checked.capacities if one.key == capacity), None) if capacity else checked.capacities[0]
    )
    if chosen is None:
        raise NotEligibleError(_("Say in which capacity you vote."))
    if budget.least_age and not of_age:
        raise NotEligibleError(_("Confirm that you are at least %(age)s years old.") % {"age": budget.least_age})
    return _enter(budget, by, chosen, age_band if age_band in AGE_BANDS else "", now)


def registered(budget: Budget, user: object) -> Voter | None:
    """The voter that this account is already, for themselves or for an organization (one query)."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Voter.objects.filter(budget=budget, user=user).select_related("district", "ballot").order_by("pk").first()  # type: ignore[misc]


def _enter(budget: Budget, by: User, chosen: Capacity, age_band: str, now: datetime) -> Voter:
    firm = chosen.organization if chosen.basis == Voter.Basis.FIRM else None
    try:
        with transaction.atomic():
            voter = Voter.objects.create(
                budget=budget, user=by, organization=firm, basis=chosen.basis, channel=Voter.Channel.ONLINE,
                district=chosen.district, age_band="" if firm else age_band, began_at=now,
            )  # fmt: skip
            if firm is None:
                VoterIdentity.objects.bulk_create(
                    VoterIdentity(voter=voter, budget=budget, digest=one) for one in digests_of(by, budget)
                )
    except IntegrityError as clash:
        if found := registered(budget, by):
            return found
        raise VotedAlreadyError(_taken(chosen)) from clash
    return voter


def _taken(chosen: Capacity) -> str:
    if chosen.basis == Voter.Basis.FIRM:
        return _("Somebody of this organization votes for it already. One ballot stands for an organization.")
    return _(
        "This resident votes already, by another account. One person has one ballot: sign in there, "
        "or go to a counter with an identity card."
    )
