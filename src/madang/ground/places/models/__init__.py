"""Places, the offices in them, what they have set, and what became of those that are no more."""

from madang.ground.places.models.figures import PlaceFigure
from madang.ground.places.models.offices import Office
from madang.ground.places.models.places import Place
from madang.ground.places.models.settings import SettingValue
from madang.ground.places.models.succession import Succession

__all__ = ["Office", "Place", "PlaceFigure", "SettingValue", "Succession"]
