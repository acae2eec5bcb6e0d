from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "madang.ground.participation"
    label = "ground_participation"
    verbose_name = _("Participation")
