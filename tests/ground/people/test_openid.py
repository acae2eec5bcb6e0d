"""Signing in by an OpenID Connect provider, against one that runs in the test and can be made to lie."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured

from madang.ground.people.models import User
from madang.web.settings.identity import providers
from tests.factories import UserFactory
from tests.ground.people.openid_provider import CLIENT, SECRET, Provider, new_key, serve

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/metro/login/"


@pytest.fixture
def provider(settings):
    made = Provider()
    server = serve(made)
    row = {"id": "metro", "name": "경기도 통합인증", "issuer": made.issuer, "client_id": CLIENT, "secret": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = providers({"MADANG_OIDC_PROVIDERS": json.dumps([row])})
    yield made
    server.shutdown()
    server.server_close()


def there(client) -> str:
    """Where the provider is asked: by a page that leads on, since forms may not leave this site."""
    page = client.post(LOGIN)
    assert page.status_code == 200
    return html.unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())[1])


def back(client, url: str, **changes: str):
    """Through the provider, and back to us with what it said."""
    led = httpx.get(url).headers["Location"]
    asked = {key: values[0] for key, values in parse_qs(urlsplit(led).query).items()} | changes
    return client.get(urlsplit(led).path, asked)


def sign_in(client):
    return back(client, there(client))


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def known(email="kim@example.org", *, verified=True) -> User:
    user = UserFactory(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def test_a_new_person_completes_what_is_missing(client, provider):
    answer = sign_in(client)
    assert answer.status_code == 302 and answer.url == "/accounts/3rdparty/signup/"
    page = client.get(answer.url).content.decode()
    assert "경기도 통합인증" in page and 'value="김마당"' in page
    client.post(answer.url, {"email": "kim@example.org", "display_name": "김마당", "of_age": "on"})
    user = User.objects.get()
    assert is_signed_in(client) and user.display_name == "김마당"
    assert EmailAddress.objects.get().verified, "what the provider confirmed need not be confirmed again"
    client.logout()
    sign_in(client)
    assert is_signed_in(client), "and the next time there is nothing to complete"


def test_an_account_with_the_same_confirmed_address_is_linked(client, provider):
    user = known()
    sign_in(client)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert SocialAccount.objects.get().user == user


def test_an_address_that_the_provider_has_not_confirmed_opens_nothing(client, provider):
    known()
    provider.person["email_verified"] = False
    sign_in(client)
    assert not is_signed_in(client) and not SocialAccount.objects.exists()


def test_an_address_that_nobody_confirmed_here_opens_nothing(client, provider):
    """Somebody registered a stranger's address: the stranger must not be handed that account."""
    squatter = known(verified=False)
    sign_in(client)
    assert not is_signed_in(client)
    assert not SocialAccount.objects.filter(user=squatter).exists()


def test_a_provider_that_is_not_trusted_with_addresses_links_nothing(client, provider, settings):
    known()
    settings.SOCIALACCOUNT_PROVIDERS["oidc"]["APPS"][0]["settings"]["email_authentication"] = False
    sign_in(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of another request"},
        {"nonce": None},
        {"aud": "another site"},
        {"iss": "https://another.example.org"},
        {"exp": 1},
    ],
)
def test_a_token_for_something_else_is_refused(client, provider, lies):
    known()
    provider.lies = lies
    answer = sign_in(client)
    assert answer.status_code == 401 and not is_signed_in(client)


def test_a_token_signed_by_somebody_else_is_refused(client, provider):
    known()
    provider.sign_with = new_key()
    assert sign_in(client).status_code == 401
    assert not is_signed_in(client)


def test_no_token_and_a_token_of_another_person_are_refused(client, provider):
    known()
    provider.no_id_token = True
    assert sign_in(client).status_code == 401
    provider.no_id_token, provider.other_subject = False, True
    assert sign_in(client).status_code == 401
    assert not is_signed_in(client)


def test_a_state_that_we_did_not_give_is_refused(client, provider):
    known()
    assert back(client, there(client), state="made-up").status_code == 401
    assert not is_signed_in(client)


def test_an_answer_meant_for_another_browser_is_refused(client, provider):
    known()
    url = there(client)
    stranger = type(client)()
    assert back(stranger, url).status_code == 401
    assert not is_signed_in(stranger)


def test_an_answer_is_taken_once(client, provider):
    known()
    led = httpx.get(there(client)).headers["Location"]
    path = led.partition("://")[2].partition("/")[2]
    assert client.get(f"/{path}").status_code == 302
    client.logout()
    assert client.get(f"/{path}").status_code == 401


def test_asking_carries_a_nonce_and_a_challenge(client, provider):
    asked = parse_qs(urlsplit(there(client)).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["nonce"][0]) > 20
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


def test_providers_are_shown_only_where_they_have_keys(client, settings, provider):
    assert "경기도 통합인증" in client.get("/accounts/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = providers({"MADANG_KAKAO_KEY": "k", "MADANG_KAKAO_SECRET": "s"})
    page = client.get("/accounts/login/").content.decode()
    assert "카카오" in page and "네이버" not in page and "통합인증" not in page
    assert client.get(LOGIN).status_code == 404
    page = client.post("/accounts/kakao/login/").content.decode()
    assert "https://kauth.kakao.com/oauth/authorize" in html.unescape(page)


@pytest.mark.parametrize("text", ["{", "{}", '[{"id": "x"}]', "[1]"])
def test_settings_say_what_is_wrong(text):
    with pytest.raises(ImproperlyConfigured, match="MADANG_OIDC_PROVIDERS"):
        providers({"MADANG_OIDC_PROVIDERS": text})
