from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliberationsConfig(AppConfig):
    name = "madang.explore.deliberations"
    label = "explore_deliberations"
    verbose_name = _("Deliberations")

    def ready(self) -> None:
        """Register what a deliberation is to the rest of the house."""
        from madang.explore.deliberations import mapped, permissions  # noqa: F401
        from madang.explore.deliberations.holdings import HOLDING
        from madang.explore.deliberations.lane import LANE
        from madang.explore.deliberations.notices import KINDS
        from madang.explore.deliberations.queries.around import CALENDAR, DOOR, PANEL
        from madang.explore.deliberations.queries.mine import SECTION
        from madang.explore.deliberations.record_kinds import KINDS as RECORDED
        from madang.explore.deliberations.things import THING
        from madang.explore.proposals import doors
        from madang.ground.agenda import panels
        from madang.ground.footing import lanes
        from madang.ground.participation import kinds, sections, things
        from madang.ground.participation.feeds import calendars
        from madang.ground.people import data
        from madang.ground.record import kinds as record

        things.register(THING)
        lanes.register(LANE)
        mapped.register()
        panels.register(PANEL)
        doors.register(DOOR)
        sections.register(SECTION)
        calendars.register(CALENDAR)
        data.register(HOLDING)
        for kind in KINDS:
            kinds.register(kind)
        for key, label in RECORDED:
            record.register(key, label)
