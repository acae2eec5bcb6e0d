"""What anybody asks about places: which are in force, what they have set, their offices."""

from madang.ground.places.queries.figures import FigureTable, figures_of
from madang.ground.places.queries.places import (
    UnknownPlaceError,
    innovation_officer,
    municipalities,
    office,
    offices_of,
    origins_of,
    place_at,
    place_by_code,
    places,
    provinces,
    successors_of,
)
from madang.ground.places.queries.settings import (
    InForce,
    largest_set,
    number_in_force,
    settings_by_place,
    settings_of,
)

__all__ = [
    "FigureTable",
    "InForce",
    "UnknownPlaceError",
    "figures_of",
    "innovation_officer",
    "largest_set",
    "municipalities",
    "number_in_force",
    "office",
    "offices_of",
    "origins_of",
    "place_at",
    "place_by_code",
    "places",
    "provinces",
    "settings_by_place",
    "settings_of",
    "successors_of",
]
