from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetsConfig(AppConfig):
    name = "madang.plan.budgets"
    label = "plan_budgets"
    verbose_name = _("Participatory budgets")

    def ready(self) -> None:
        """Register who may do what, and what budgets and projects are to the commons."""
        from madang.ground.participation import things
        from madang.plan.budgets import permissions
        from madang.plan.budgets.things import BUDGET, PROJECT

        del permissions  # importing it registers the rules
        for thing in (BUDGET, PROJECT):
            things.register(thing)
