from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetsConfig(AppConfig):
    name = "madang.plan.budgets"
    label = "plan_budgets"
    verbose_name = _("Participatory budgets")

    def ready(self) -> None:
        """Register who may do what, and what budgets and projects are to the commons."""
        from madang.explore.proposals import extras
        from madang.ground.agenda.models import Stage
        from madang.ground.agenda.panels import Panel
        from madang.ground.agenda.panels import register as register_panel
        from madang.ground.participation import kinds, sections, things
        from madang.ground.participation.feeds import calendars
        from madang.ground.people import data
        from madang.ground.places import figures, settings
        from madang.ground.record import kinds as recorded
        from madang.plan.budgets import permissions, voting_app
        from madang.plan.budgets.counted import FIGURES
        from madang.plan.budgets.dated import CALENDAR
        from madang.plan.budgets.holdings import HOLDINGS
        from madang.plan.budgets.notices import KINDS, RECORDED
        from madang.plan.budgets.promises import SETTINGS
        from madang.plan.budgets.queries.gathering import extra
        from madang.plan.budgets.queries.mine import SECTION
        from madang.plan.budgets.queries.panels import panel
        from madang.plan.budgets.things import BUDGET, PROJECT

        del permissions  # importing it registers the rules
        voting_app.register()
        for thing in (BUDGET, PROJECT):
            things.register(thing)
        for kind in KINDS:
            kinds.register(kind)
        for key, label in RECORDED:
            recorded.register(key, label)
        for setting in SETTINGS:
            settings.register(setting)
        for figure in FIGURES:
            figures.register(figure)
        for holding in HOLDINGS:
            data.register(holding)
        calendars.register(CALENDAR)
        sections.register(SECTION)
        extras.register(extras.Extra("budgets", 10, extra, "budgets/_of_proposal.html"))
        title = _("In participatory budgets")
        template = "budgets/panels/_projects.html"
        register_panel(Panel("budgets", title, Stage.PLAN, 40, panel, template, later=True))
