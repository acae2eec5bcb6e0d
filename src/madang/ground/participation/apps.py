from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "madang.ground.participation"
    label = "ground_participation"
    verbose_name = _("Participation")

    def ready(self) -> None:
        """Register who may take part."""
        from madang.ground.participation import permissions  # noqa: F401
