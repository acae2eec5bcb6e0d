from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "madang.ground.people"
    label = "ground_people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Listen to sign-ins; register permissions."""
        from madang.ground.people import permissions_identity, signals  # noqa: F401

        signals.connect()
