"""Agenda items: lists, one item with what stands around it, its scoring, its sharing and its record."""

from madang.ground.agenda.queries.items import (
    Around,
    Named,
    around_of,
    at_place,
    counts_by_place,
    in_full,
    item,
    items_page,
    latest_entry_before_closing,
    links_of,
    partner_place_ids,
    pickable,
)
from madang.ground.agenda.queries.record import RecordLine, record_of
from madang.ground.agenda.queries.scoring import (
    Scores,
    Spread,
    criteria_of,
    own_scores,
    scores_given,
    scores_of,
)

__all__ = [
    "Around",
    "Named",
    "RecordLine",
    "Scores",
    "Spread",
    "around_of",
    "at_place",
    "counts_by_place",
    "criteria_of",
    "in_full",
    "item",
    "items_page",
    "latest_entry_before_closing",
    "links_of",
    "own_scores",
    "partner_place_ids",
    "pickable",
    "record_of",
    "scores_given",
    "scores_of",
]
