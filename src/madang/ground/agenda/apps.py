from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "madang.ground.agenda"
    label = "ground_agenda"
    verbose_name = _("Agenda")
