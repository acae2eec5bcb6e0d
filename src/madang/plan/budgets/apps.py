from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetsConfig(AppConfig):
    name = "madang.plan.budgets"
    label = "plan_budgets"
    verbose_name = _("Participatory budgets")
