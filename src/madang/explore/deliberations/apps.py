from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliberationsConfig(AppConfig):
    name = "madang.explore.deliberations"
    label = "explore_deliberations"
    verbose_name = _("Deliberations")
