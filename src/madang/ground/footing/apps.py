from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FootingConfig(AppConfig):
    name = "madang.ground.footing"
    label = "ground_footing"
    verbose_name = _("Footing")
