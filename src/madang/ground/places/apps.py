from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "madang.ground.places"
    label = "ground_places"
    verbose_name = _("Places")
