"""Reading the service clocks of proposals, many at the price of one query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from madang.explore.proposals import clock
from madang.ground.places.queries import settings_by_place, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from madang.explore.proposals.models import Proposal
    from madang.ground.places.models import Place
    from madang.ground.places.queries import InForce

NAMES = {"threshold": "support_threshold", "window_days": "support_window_days", "answer_days": "answer_days"}


def terms_of(place: Place) -> clock.Terms:
    """What a place has promised, inherited where it set nothing (one query; `place.parent` loaded)."""
    return _terms(settings_of(place))


def terms_by_place(places: Iterable[Place]) -> dict[int, clock.Terms]:
    """The terms of each place by its id, in one query for all (`place.parent` loaded)."""
    return {pk: _terms(found) for pk, found in settings_by_place(places).items()}


def _terms(found: Mapping[str, InForce]) -> clock.Terms:
    return clock.Terms(**{name: found[setting].value for name, setting in NAMES.items()})


def read(proposal: Proposal, terms: clock.Terms, now: datetime) -> clock.Clock:
    """The proposal's clock at `now`."""
    return clock.read(
        supports=proposal.support_count,
        created=proposal.created_at,
        due_at=proposal.answer_due_at,
        answered_at=proposal.answered_at,
        now=now,
        terms=terms,
        zone=timezone.get_default_timezone(),
    )
