from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "madang.web"
    label = "web"

    def ready(self) -> None:
        """Register the permissions of pages that belong to the whole site, and what is measured and checked."""
        from madang.ground.participation import sections
        from madang.ground.people.queries.mine import my_roles
        from madang.web import checks, permissions
        from madang.web.operation import gauges

        del permissions  # importing it registers the rules
        gauges.plug()
        checks.plug()
        # People live below the pages of their own, so that their roles get a page from here.
        sections.register(sections.Section("roles", _("Roles and organizations"), 60, my_roles, "people/me_roles.html"))
