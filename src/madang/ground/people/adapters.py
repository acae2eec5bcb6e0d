"""Where allauth asks what this site does differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from madang.ground.people import keyed
from madang.ground.people.devices import device_name
from madang.ground.people.models import User

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.core.mail import EmailMessage
    from django.http import HttpRequest, HttpResponse


class AccountAdapter(DefaultAccountAdapter):
    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Say what an account waits for: a guardian, or nothing any more."""
        if hasattr(user, "guardian_consent") and user.guardian_consent.given_at is None:
            return HttpResponseRedirect(reverse("people:waiting"))
        return super().respond_user_inactive(request, user)

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Write in the reader's language, where the address belongs to somebody."""
        reader = (
            context.get("user") or User.objects.filter(email__iexact=email if isinstance(email, str) else "").first()
        )
        language = getattr(reader, "language", "") or translation.get_language()
        with translation.override(language):
            if agent := context.get("user_agent"):
                context = {**context, "user_agent": device_name(agent)}
            return super().render_mail(template_prefix, email, context, headers)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """The keys of a provider; where this site has none, there is no such page."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Open an existing account only where both sides have confirmed the address.

        allauth also opens one whose address nobody confirmed, after taking its password away: whoever registered a
        stranger's address would hand that person an account prepared by somebody else.
        """
        for address in sociallogin.email_addresses:
            if not address.verified or not self.can_authenticate_by_email(sociallogin, address.email):
                continue
            found = (
                EmailAddress.objects.filter(email__iexact=address.email, verified=True).select_related("user").first()
            )
            if found and found.user.is_active:
                return found.user, address.email
        return None

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        data = sociallogin.account.extra_data
        told = data.get("userinfo") or data.get("id_token") or data
        return super().get_signup_form_initial_data(sociallogin) | {"display_name": str(told.get("name") or "")[:40]}

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Allauth answers with a page; nothing that a provider said is shown."""
        del request, args, kwargs


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes lie sealed in the database."""

    def encrypt(self, text: str) -> str:
        return keyed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return keyed.unseal(encrypted_text)
