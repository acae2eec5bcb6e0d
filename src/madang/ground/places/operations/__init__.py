"""Everything that changes places, their offices and what they have set."""

from madang.ground.places.operations.loading import (
    BoundaryError,
    import_boundaries,
    load_offices,
    load_places,
    shipped_places,
)
from madang.ground.places.operations.settings import set_settings

__all__ = ["BoundaryError", "import_boundaries", "load_offices", "load_places", "set_settings", "shipped_places"]
