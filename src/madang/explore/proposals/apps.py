from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "madang.explore.proposals"
    label = "explore_proposals"
    verbose_name = _("Proposals")

    def ready(self) -> None:
        """Register who may do what, and what a person sees of it under /me/."""
        from madang.explore.proposals import permissions  # noqa: F401
        from madang.explore.proposals.queries.mine import SECTIONS
        from madang.ground.participation import sections

        for section in SECTIONS:
            sections.register(section)
