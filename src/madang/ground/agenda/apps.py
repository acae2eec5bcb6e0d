from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "madang.ground.agenda"
    label = "ground_agenda"
    verbose_name = _("Agenda")

    def ready(self) -> None:
        """Register who may do what, what the stages ask for, and the kinds of entries of this room."""
        from madang.ground.agenda import holdings, permissions, stages
        from madang.ground.agenda.counted import FIGURES
        from madang.ground.people import data
        from madang.ground.places import figures, settings
        from madang.ground.record import kinds

        del permissions, stages  # importing them registers
        data.register(holdings.SCORES)
        for figure in FIGURES:
            figures.register(figure)
        settings.register(
            settings.Setting(
                "referral_days",
                default=14,
                minimum=1,
                maximum=180,
                unit="days",
                order=60,
                label=_("Time to answer a referral from another government"),
                help=_("Counted from the day on which the item was referred."),
            )
        )
        for key, label in (
            ("partner_invited", _("Invited to take part")),
            ("partner_accepted", _("Takes part")),
            ("partner_declined", _("Declined to take part")),
            ("partner_withdrawn", _("Invitation withdrawn")),
            ("partner_left", _("Left the joint item")),
            ("co_owner", _("Co-owner added")),
            ("co_owner_ended", _("Co-owner released")),
            ("referred", _("Referred to another government")),
            ("referral_answered", _("Referral answered")),
            ("divided", _("Divided")),
        ):
            kinds.register(key, label)
