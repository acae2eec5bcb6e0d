"""allauth's pages in our frame: they open, keep the strict policy and use our elements."""

import re

import pytest

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")
SIGNED_IN = (
    "/accounts/email/",
    "/accounts/password/set/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate",
    "/accounts/2fa/recovery-codes/generate",
    "/accounts/logout/",
)


def check(response):
    html = response.content.decode()
    assert response.status_code == 200
    assert 'class="site-header"' in html
    assert not re.search(r"\sstyle=", html)
    for tag in re.findall(r"<script[^>]*>", html):
        assert "nonce=" in tag or "application/json" in tag
    return html


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_entrances(client, path):
    html = check(client.get(path))
    assert "entrance" in html
    assert "field__label" in html


@pytest.mark.parametrize("path", SIGNED_IN)
def test_pages_of_the_account(client, path):
    user = UserFactory()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(path, follow=True)
    check(response)
