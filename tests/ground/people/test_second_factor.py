"""Officials without a second factor read what everybody reads, and do nothing but set one up."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from madang.ground.people import queries
from madang.ground.people.models import User
from tests.factories import AgendaItemFactory, ProposalFactory, UserFactory, officer_at, staff_of, suwon
from tests.factories.places import OfficeFactory

pytestmark = pytest.mark.django_db
SETUP = "/account/second-factor"


def signed_in(client, user):
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def with_factor(user, kind="totp"):
    Authenticator.objects.create(user=user, type=kind, data={})
    return User.objects.get(pk=user.pk)


@pytest.fixture
def forced(settings):
    settings.FORCE_SECOND_FACTOR = True


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


def test_where_it_is_not_forced_nothing_changes():
    officer = officer_at(suwon())
    assert not queries.needs_second_factor(officer)
    assert queries.is_official(officer)


@pytest.mark.usefixtures("forced")
def test_a_role_is_in_force_only_with_a_second_factor():
    officer = officer_at(suwon())
    assert queries.needs_second_factor(officer) and not queries.is_official(officer)
    assert not queries.is_officer_at(officer, suwon()), "whoever asks gets no: no door is a way around"
    assert queries.is_officer_at(with_factor(officer, "webauthn"), suwon())


@pytest.mark.usefixtures("forced")
def test_recovery_codes_alone_are_no_second_factor():
    assert queries.needs_second_factor(with_factor(officer_at(suwon()), "recovery_codes"))


@pytest.mark.usefixtures("forced")
def test_citizens_and_visitors_are_asked_for_nothing(client):
    assert not queries.needs_second_factor(UserFactory()) and not queries.needs_second_factor(None)
    assert signed_in(client, UserFactory()).get("/account/").status_code == 200


@pytest.mark.usefixtures("forced")
@pytest.mark.parametrize(
    "path", ["/desk/", "/account/", "/me/", "/account/profile", "/admin/", "/accounts/email/../3rdparty/"]
)
def test_an_official_is_led_to_setting_one_up(client, path):
    client = signed_in(client, staff_of(OfficeFactory(place=suwon())))
    answer = client.get(path.replace("email/../", ""))
    assert (answer.status_code, answer.url) == (302, SETUP)


@pytest.mark.usefixtures("forced")
def test_public_reading_language_sign_out_and_setting_up_work(client):
    item, proposal = AgendaItemFactory(place=suwon()), ProposalFactory(place=suwon())
    client = signed_in(client, officer_at(suwon()))
    for path in (
        "/", "/proposals/", reverse("proposals:detail", args=[proposal.pk]), reverse("agenda:thread", args=[item.pk]), SETUP,
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/accounts/2fa/totp/activate/").headers.get("Location") != SETUP
    assert client.post("/language", {"language": "en", "next": "/"}).url != SETUP
    assert client.post("/accounts/logout/").url == "/"


@pytest.mark.usefixtures("forced")
def test_nothing_is_written_without_it(client):
    proposal = ProposalFactory(place=suwon())
    client = signed_in(client, officer_at(suwon()))
    for name in ("proposals:support", "desk:answer", "proposals:following"):
        answer = client.post(reverse(name, args=[proposal.pk]), {"body": "답변"})
        assert (answer.status_code, answer.url) == (302, SETUP), name


@pytest.mark.usefixtures("forced")
def test_setting_an_app_up_opens_the_desk(client):
    officer = officer_at(suwon())
    officer.set_password("a-long-password")
    officer.save()
    EmailAddress.objects.create(user=officer, email=officer.email, verified=True, primary=True)
    client.post("/accounts/login/", {"login": officer.email, "password": "a-long-password"})
    asked = client.get("/accounts/2fa/totp/activate/").url
    assert asked.startswith("/accounts/reauthenticate/")
    page = client.post(asked, {"password": "a-long-password"}, follow=True)
    assert page.status_code == 200, page.headers
    secret = page.context["form"].secret
    counter = int(__import__("time").time()) // 30
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert client.get("/desk/").status_code == 200
    kept = Authenticator.objects.get(user=officer, type="totp").data["secret"]
    assert secret not in kept, "the secret lies sealed"


def test_where_it_is_only_advised_an_official_is_reminded(client):
    officer = officer_at(suwon())
    officer.set_password("a-long-password")
    officer.save()
    answer = client.post("/accounts/login/", {"login": officer.email, "password": "a-long-password"}, follow=True)
    assert "2단계 인증을 설정하십시오" in answer.content.decode()
