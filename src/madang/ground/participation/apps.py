from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

RECORDED = {
    "kept": _("Reported and kept"),
    "appealed": _("Appeal made"),
    "upheld": _("Appeal decided: it stays hidden"),
    "amended": _("Suggestion of change taken over"),
    "conduct": _("Code of conduct published"),
}


class ParticipationConfig(AppConfig):
    name = "madang.ground.participation"
    label = "ground_participation"
    verbose_name = _("Participation")

    def ready(self) -> None:
        """Register who may take part, and the agenda item, which lives below, as the first thing that does."""
        from madang.ground.agenda import events, lineage, panels
        from madang.ground.agenda.models import AgendaItem, Stage
        from madang.ground.footing import telling
        from madang.ground.participation import (
            holdings,
            listeners,
            permissions,
            record_names,
            sections,
            successions,
            talking,
            things,
        )
        from madang.ground.participation.feeds import calendars, gathered, items, lists
        from madang.ground.participation.operations import tell
        from madang.ground.participation.queries import following
        from madang.ground.participation.webhooks.queries import section as webhooks
        from madang.ground.people import data, profiles
        from madang.ground.people.tokens.queries import section as tokens
        from madang.ground.places.operations import succession
        from madang.ground.record import kinds, subjects

        del permissions  # importing it registers the rules
        subjects.plug(record_names.names_of)
        for holding in holdings.HOLDINGS:
            data.register(holding)
        # People live below, so that their tokens get their page from here.
        sections.register(sections.Section("tokens", _("API tokens"), 80, tokens, "people/tokens/list.html"))
        telling.plug(tell)
        succession.listen(successions.on_succession)
        profiles.register(holdings.COUNTED)
        sections.register(sections.Section("webhooks", _("Webhooks"), 90, webhooks, "participation/webhooks/list.html"))
        events.listen(listeners.on_item)
        lineage.register(listeners.FOLLOWER)
        panels.register(
            panels.Panel(
                "follow", _("Follow"), Stage.EXPLORE, 0, following.panel, "participation/_follow_item.html", head=True
            )
        )
        sections.register(
            sections.Section(
                "following", _("What I follow"), 50, following.my_following, "participation/_following.html"
            )
        )
        lists.register(
            lists.FeedList("decisions", _("Decisions"), entries=gathered.decisions, page="record:list", order=40)
        )
        calendars.register(
            calendars.Calendar(
                "referrals", _("Answers between governments"), dated=items.referrals, mine=items.referrals_of, order=20
            )
        )
        for key, label in RECORDED.items():
            kinds.register(key, label)
        panels.register(talking.TALK)
        sections.register(talking.MINE)
        things.register(
            things.Thing(
                key="agenda",
                model=AgendaItem,
                label=_("Agenda item"),
                plural=_("Agenda"),
                page="agenda:thread",
                subject="participation",
                text=("summary",),
                author="",
                topic="field",
                listing="agenda:list",
                narrow=items.narrow,
                order=20,
            )
        )
