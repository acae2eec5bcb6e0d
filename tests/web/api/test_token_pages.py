"""Tokens on one's own pages: made after signing in again, shown once, revoked at once."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client, override_settings

from madang.ground.people.models import ApiToken
from tests.factories import UserFactory, officer_at, suwon

pytestmark = pytest.mark.django_db
FORM = {"name": "통계 수집", "scopes": ["read", "write:proposals"], "days": "30"}


def signed_in(user, *, recently=True):
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    if recently:
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
    return client


def test_a_token_is_shown_once_and_works(client):
    user = UserFactory()
    client = signed_in(user)
    page = client.post("/me/tokens/new", FORM)
    assert page.status_code == 201 and "no-store" in page["Cache-Control"]
    secret = re.search(r"mdg_[\w-]{43}", page.content.decode()).group()
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()["scopes"] == FORM["scopes"]
    listed = client.get("/me/tokens/").content.decode()
    assert "통계 수집" in listed and secret not in listed and secret[:12] in listed
    token = ApiToken.objects.get()
    assert client.post(f"/me/tokens/{token.pk}/revocation").url == "/me/tokens/"
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_making_one_asks_for_the_password_again():
    user = UserFactory()
    user.set_password("long enough")
    user.save()
    answer = signed_in(user, recently=False).post("/me/tokens/new", FORM)
    assert answer.status_code == 302 and "/reauthenticate/" in answer.url and not ApiToken.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": " "}, {"scopes": []}, {"scopes": ["moderate"]}, {"days": "9999"}])
def test_a_mistake_keeps_what_was_typed(wrong):
    """A citizen is not offered what only officials can use; extra fields are not read at all."""
    answer = signed_in(UserFactory()).post("/me/tokens/new", FORM | {"user": "1", "digest": "x"} | wrong)
    assert answer.status_code == 422 and not ApiToken.objects.exists()


def test_officials_are_offered_their_scopes():
    assert signed_in(officer_at(suwon())).post("/me/tokens/new", FORM | {"scopes": ["moderate"]}).status_code == 201


@override_settings(FORCE_SECOND_FACTOR=True)
def test_an_official_without_a_second_factor_makes_none():
    answer = signed_in(officer_at(suwon())).post("/me/tokens/new", FORM)
    assert answer.status_code == 302 and not ApiToken.objects.exists()


def test_nobody_revokes_somebody_elses():
    owner, other = UserFactory(), UserFactory()
    signed_in(owner).post("/me/tokens/new", FORM)
    assert signed_in(other).post(f"/me/tokens/{ApiToken.objects.get().pk}/revocation").status_code == 404
    assert ApiToken.objects.get().revoked_at is None
