from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "madang.web"
    label = "web"

    def ready(self) -> None:
        """Register the permissions of pages that belong to the whole site."""
        from madang.web import permissions

        del permissions  # importing it registers the rules
