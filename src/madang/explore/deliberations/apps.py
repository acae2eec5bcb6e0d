from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliberationsConfig(AppConfig):
    name = "madang.explore.deliberations"
    label = "explore_deliberations"
    verbose_name = _("Deliberations")

    def ready(self) -> None:
        """Register what a deliberation is to the rest of the house."""
        from madang.explore.deliberations import mapped, permissions  # noqa: F401
        from madang.explore.deliberations.lane import LANE
        from madang.explore.deliberations.things import THING
        from madang.ground.footing import lanes
        from madang.ground.participation import things

        things.register(THING)
        lanes.register(LANE)
        mapped.register()
