from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "madang.plan.measures"
    label = "plan_measures"
    verbose_name = _("Measures")

    def ready(self) -> None:
        """Register the measure with the commons, the record, the thread page and the calendars."""
        from madang.ground.agenda import lineage
        from madang.ground.agenda.models import Stage
        from madang.ground.agenda.panels import Panel, register
        from madang.ground.participation import kinds, things
        from madang.ground.participation.feeds import calendars
        from madang.ground.record import kinds as entries
        from madang.plan.measures import following, permissions
        from madang.plan.measures.notices import KINDS
        from madang.plan.measures.queries import dated, reading
        from madang.plan.measures.things import THING

        del permissions  # importing it registers the rules
        things.register(THING)
        for kind in KINDS:
            kinds.register(kind)
        for key, label in following.ENTRIES.items():
            entries.register(key, label)
        lineage.register(following.FOLLOWER)
        calendars.register(dated.CALENDAR)
        template = "measures/panels/_measures.html"
        register(Panel("measures", _("Measures"), Stage.PLAN, 60, reading.panel, template, later=True))
