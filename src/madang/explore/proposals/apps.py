from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "madang.explore.proposals"
    label = "explore_proposals"
    verbose_name = _("Proposals")
