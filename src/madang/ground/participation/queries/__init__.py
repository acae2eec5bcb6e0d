"""Reading comments, suggestions, cases, notices, and how a person takes part."""

from madang.ground.participation.queries.amendments import amendment, amendments_of, difference, suggested_by
from madang.ground.participation.queries.cases import case, figures, queue, target, waiting_cases
from madang.ground.participation.queries.comments import (
    ORDERS,
    REPLIES,
    THREADS,
    Comments,
    Node,
    Spot,
    comments_of,
    latest_of,
    spot_of,
    thread_of,
    versions_of,
)
from madang.ground.participation.queries.conduct import code_of, has_accepted, version_of
from madang.ground.participation.queries.conduct import versions_of as conduct_versions_of
from madang.ground.participation.queries.notices import Filter, Told, notices_of, told, unread_count
from madang.ground.participation.queries.people import nameable, place_of, suggestions, voices_of
from madang.ground.participation.queries.roles import judges_of, moderated_places, moderates_somewhere

__all__ = [
    "ORDERS",
    "REPLIES",
    "THREADS",
    "Comments",
    "Filter",
    "Node",
    "Spot",
    "Told",
    "amendment",
    "amendments_of",
    "case",
    "code_of",
    "comments_of",
    "conduct_versions_of",
    "difference",
    "figures",
    "has_accepted",
    "judges_of",
    "latest_of",
    "moderated_places",
    "moderates_somewhere",
    "nameable",
    "notices_of",
    "place_of",
    "queue",
    "spot_of",
    "suggested_by",
    "suggestions",
    "target",
    "thread_of",
    "told",
    "unread_count",
    "version_of",
    "versions_of",
    "voices_of",
    "waiting_cases",
]
