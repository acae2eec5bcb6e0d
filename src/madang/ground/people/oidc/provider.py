"""One provider for each entry of MADANG_OIDC_PROVIDERS."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider

from madang.ground.people.oidc.views import OidcAdapter

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class OidcProvider(OpenIDConnectProvider):
    id = "oidc"
    name = "OpenID Connect"
    pkce_enabled_default = True
    oauth2_adapter_class = OidcAdapter

    @classmethod
    def get_package(cls) -> str:
        return "madang.ground.people.oidc"

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: object = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Send the person to the provider; the nonce that its token must return is kept with the state."""
        nonce = secrets.token_urlsafe(24)
        auth_params = kwargs.pop("auth_params", None) or self.get_auth_params()
        asked = {**auth_params, "nonce": nonce}
        return super().redirect(request, process, next_url, data, auth_params=asked, nonce=nonce, **kwargs)


provider_classes = [OidcProvider]
