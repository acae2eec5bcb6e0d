from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "madang.web"
    label = "web"

    def ready(self) -> None:
        """Register the permissions of pages that belong to the whole site, and what is measured."""
        from madang.web import checks, permissions
        from madang.web.operation import gauges

        del permissions  # importing it registers the rules
        gauges.plug()
        checks.plug()
