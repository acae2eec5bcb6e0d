"""Reading the service clocks of proposals, many at the price of one query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from madang.explore.proposals import clock
from madang.ground.places.models import PlaceSettings
from madang.ground.places.queries import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from madang.explore.proposals.models import Proposal
    from madang.ground.places.models import Place

NAMES = {"threshold": "support_threshold", "window_days": "support_window_days", "answer_days": "answer_days"}


def terms_of(place: Place) -> clock.Terms:
    """What a place has promised, inherited where it set nothing (one query; `place.parent` loaded)."""
    found = settings_of(place)
    return clock.Terms(**{name: found[setting].value for name, setting in NAMES.items()})


def terms_by_place(places: Iterable[Place]) -> dict[int, clock.Terms]:
    """The terms of each place by its id, in one query for all."""
    chains = {place.pk: (place.pk, place.parent_id) for place in places}
    wanted = {pk for chain in chains.values() for pk in chain if pk}
    rows = {row.place_id: row for row in PlaceSettings.objects.filter(place_id__in=wanted)} if wanted else {}
    return {pk: _resolve(chain, rows) for pk, chain in chains.items()}


def _resolve(chain: tuple[int | None, ...], rows: Mapping[int, PlaceSettings]) -> clock.Terms:
    values = {}
    for name, setting in NAMES.items():
        own = (getattr(rows[pk], setting) for pk in chain if pk and pk in rows)
        values[name] = next((value for value in own if value is not None), PlaceSettings.DEFAULTS[setting])
    return clock.Terms(**values)


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
