from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "madang.plan.routing"
    label = "plan_routing"
    verbose_name = _("Routing")

    def ready(self) -> None:
        from madang.ground.agenda import events, lineage, stages
        from madang.ground.agenda.models import Stage
        from madang.ground.agenda.panels import Panel, register
        from madang.ground.participation import kinds
        from madang.ground.participation.feeds import calendars
        from madang.ground.places import settings
        from madang.plan.routing import dated, following, permissions, queries
        from madang.plan.routing.notices import KINDS
        from madang.plan.routing.promises import SETTINGS

        del permissions  # importing it registers the rules
        for setting in SETTINGS:
            settings.register(setting)
        for kind in KINDS:
            kinds.register(kind)
        lineage.register(following.FOLLOWER)
        events.listen(following.on_item)
        stages.register(following.NEEDS_OWNER)
        calendars.register(dated.CALENDAR)
        register(Panel("owner", _("Owner office"), Stage.PLAN, 20, queries.panel, "routing/panels/_owner.html"))
