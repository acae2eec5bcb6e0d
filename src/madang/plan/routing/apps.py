from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "madang.plan.routing"
    label = "plan_routing"
    verbose_name = _("Routing")
