from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    name = "madang.plan.measures"
    label = "plan_measures"
    verbose_name = _("Measures")
