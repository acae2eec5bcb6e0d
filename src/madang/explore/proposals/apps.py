from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "madang.explore.proposals"
    label = "explore_proposals"
    verbose_name = _("Proposals")

    def ready(self) -> None:
        """Register who may do what, what a person sees of it under /me/, and the voices on the agenda's pages."""
        from madang.explore.proposals import listeners, permissions, permissions_desk  # noqa: F401
        from madang.explore.proposals import panels as mine
        from madang.explore.proposals.counted import FIGURES
        from madang.explore.proposals.holdings import PROPOSALS, PROPOSED
        from madang.explore.proposals.notices import KINDS
        from madang.explore.proposals.operations.lineage import FOLLOWER
        from madang.explore.proposals.promises import SETTINGS
        from madang.explore.proposals.queries.mine import SECTIONS
        from madang.explore.proposals.things import CALENDAR, FEEDS, THING
        from madang.ground.agenda import events, lineage, pages, panels, stages
        from madang.ground.participation import kinds, sections, things
        from madang.ground.participation.feeds import calendars, lists
        from madang.ground.people import data, profiles
        from madang.ground.places import figures, settings

        things.register(THING)
        data.register(PROPOSALS)
        for kind in KINDS:
            kinds.register(kind)
        for one in FEEDS:
            lists.register(one)
        calendars.register(CALENDAR)
        profiles.register(PROPOSED)
        lineage.register(FOLLOWER)
        events.listen(listeners.on_item)
        stages.register(mine.NEEDS_VOICES)
        for section in SECTIONS:
            sections.register(section)
        panels.register(mine.VOICES)
        pages.register(mine.EVIDENCE)
        for figure in FIGURES:
            figures.register(figure)
        for setting in SETTINGS:
            settings.register(setting)
