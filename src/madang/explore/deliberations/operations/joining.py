"""Becoming a participant: a number in one deliberation that says nothing about the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from madang.explore.deliberations.models import Deliberation, Participant
from madang.explore.deliberations.operations.common import DeliberationError, locked
from madang.explore.deliberations.queries.taking_part import Bar, bar, guest_key, participant_of
from madang.ground.footing import tickets
from madang.ground.footing.limits import Limit, take
from madang.ground.people import keyed
from madang.ground.people.models import User

if TYPE_CHECKING:
    from datetime import datetime

PURPOSE = "votes"
# A ticket lives so long that a meeting ends before it, and so short that a locked-out account does not vote on.
TICKET_SECONDS = 3600
# A meeting hall votes from one address.
GUESTS = Limit(600, 3600)


class BarredError(DeliberationError):
    """Somebody who may not vote here, or not now; `bar` says why and where it is mended."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(bar.message)
        self.bar = bar


class TooManyGuestsError(DeliberationError):
    """More guests from one network within an hour than a hall holds."""


@transaction.atomic
def join(*, deliberation_id: int, by: object, guest: str = "", address: str = "", now: datetime) -> Participant:
    """The person's participant, made if need be; `guest`: what an anonymous browser's cookie says.

    Raises BarredError, TooManyGuestsError.
    """
    deliberation = locked(deliberation_id)
    if refused := bar(deliberation, by, now=now):
        raise BarredError(refused)
    if found := participant_of(deliberation, by, guest):
        return found
    user = by if isinstance(by, User) else None
    if user is None:
        _keep_pace(address, now)
    return _new(deliberation, user, guest_key(deliberation.pk, guest) if user is None else "", now)


def _keep_pace(address: str, now: datetime) -> None:
    key = keyed.digest("deliberation-address", address)[:32]
    if not take(f"guests:{key}", GUESTS, now=now).allowed:
        raise TooManyGuestsError(
            _("Very many people have joined from this network within an hour. Sign in, or try again a little later.")
        )


def _new(deliberation: Deliberation, user: User | None, guest: str, now: datetime) -> Participant:
    """Numbered under the deliberation's lock, from 0 as Polis does."""
    last = deliberation.participants.aggregate(last=Max("number"))["last"]
    number = 0 if last is None else last + 1
    made = Participant.objects.create(
        deliberation=deliberation, number=number, user=user, guest_key=guest, joined_at=now
    )
    Deliberation.objects.filter(pk=deliberation.pk).update(participant_count=number + 1)
    return made


def ticket_for(participant: Participant, *, now: datetime) -> str:
    """What lets this participant vote through the lane for an hour."""
    return tickets.issue(PURPOSE, participant.deliberation_id, participant.pk, now=now, seconds=TICKET_SECONDS)
