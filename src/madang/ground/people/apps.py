from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "madang.ground.people"
    label = "ground_people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Listen to sign-ins; register permissions."""
        from madang.ground.people import authority, data, permissions_identity, signals
        from madang.ground.people.holdings_organizations import HOLDINGS
        from madang.ground.people.models import ApiToken, KeptAnswer

        del authority, permissions_identity  # importing it registers the rules
        signals.connect()
        for holding in HOLDINGS:
            data.register(holding)
        names = ("name", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
        data.register(data.rows(ApiToken, "user", *names, key="api_tokens", label=_("API tokens")))
        data.register(data.rows(KeptAnswer, "user", "key", "kept_at", key="kept_answers", label=_("Repeated requests")))
