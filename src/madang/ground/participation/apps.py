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
        """Register who may take part, what does, and where participation shows and listens."""
        from madang.ground.participation import permissions

        del permissions  # importing it registers the rules
        _things()
        _below()
        _panels()
        _sections()
        _feeds()


def _things() -> None:
    """The agenda item lives below and is the first thing that takes part."""
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.participation import things
    from madang.ground.participation.feeds import items

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


def _below() -> None:
    """What the rooms below ask of whoever stands above: names, personal data, telling, following along."""
    from madang.ground.agenda import events, lineage
    from madang.ground.footing import telling
    from madang.ground.participation import holdings, listeners, record_names, successions
    from madang.ground.participation.operations import tell
    from madang.ground.people import data, profiles
    from madang.ground.places.operations import succession
    from madang.ground.record import kinds, subjects

    subjects.plug(record_names.names_of)
    for key, label in RECORDED.items():
        kinds.register(key, label)
    for holding in holdings.HOLDINGS:
        data.register(holding)
    profiles.register(holdings.COUNTED)
    telling.plug(tell)
    succession.listen(successions.on_succession)
    events.listen(listeners.on_item)
    lineage.register(listeners.FOLLOWER)


def _panels() -> None:
    """Its parts of an agenda item's page."""
    from madang.ground.agenda.models import Stage
    from madang.ground.agenda.panels import Panel, register
    from madang.ground.participation import talking
    from madang.ground.participation.queries import following

    template = "participation/_follow_item.html"
    register(Panel("follow", _("Follow"), Stage.EXPLORE, 0, following.panel, template, head=True))
    register(talking.TALK)


def _sections() -> None:
    """Its pages under /me/."""
    from madang.ground.participation import talking
    from madang.ground.participation.queries import following
    from madang.ground.participation.sections import Section, register
    from madang.ground.participation.webhooks.queries import section as webhooks
    from madang.ground.people.tokens.queries import section as tokens

    register(Section("following", _("What I follow"), 50, following.my_following, "participation/_following.html"))
    # People live below, so that their tokens get their page from here.
    register(Section("tokens", _("API tokens"), 80, tokens, "people/tokens/list.html"))
    register(Section("webhooks", _("Webhooks"), 90, webhooks, "participation/webhooks/list.html"))
    register(talking.MINE)


def _feeds() -> None:
    """What has time in it and is no thing."""
    from madang.ground.participation.feeds import calendars, gathered, items, lists

    decisions = lists.FeedList("decisions", _("Decisions"), entries=gathered.decisions, page="record:list", order=40)
    lists.register(decisions)
    answers = _("Answers between governments")
    calendars.register(
        calendars.Calendar("referrals", answers, dated=items.referrals, mine=items.referrals_of, order=20)
    )
