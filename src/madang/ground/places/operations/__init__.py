"""Everything that changes places, their offices and what they have set."""

from madang.ground.places.operations.figures import count_figures
from madang.ground.places.operations.loading import (
    BoundaryError,
    import_boundaries,
    load_offices,
    load_places,
    shipped_places,
)
from madang.ground.places.operations.offices import OfficeError, change_office, create_office, retire_office
from madang.ground.places.operations.settings import set_settings
from madang.ground.places.operations.succession import Named, Succeeded, SuccessionError, succeed

__all__ = [
    "BoundaryError",
    "Named",
    "OfficeError",
    "Succeeded",
    "SuccessionError",
    "change_office",
    "count_figures",
    "create_office",
    "import_boundaries",
    "load_offices",
    "load_places",
    "retire_office",
    "set_settings",
    "shipped_places",
    "succeed",
]
