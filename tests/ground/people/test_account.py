"""Profiles, sessions and devices, mails, and confirming an address."""

from __future__ import annotations

import io
import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from madang.ground.people import profiles
from madang.ground.people.devices import device_name
from madang.ground.people.middleware import SEEN
from madang.ground.people.models import Browser, User
from madang.ground.people.operations import sessions
from tests.factories import UserFactory, suwon

pytestmark = pytest.mark.django_db
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
PASSWORD = "a-long-password"


def person(**fields) -> User:
    user = UserFactory(**fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(user, agent=CHROME, client=None) -> Client:
    client = client or Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, headers={"user-agent": agent})
    return client


def test_browsers_have_the_names_that_people_use():
    assert device_name(CHROME) in ("Windows의 Chrome", "Chrome on Windows")
    assert device_name(PHONE) in ("iOS의 Safari", "Safari on iOS")
    assert device_name("") and device_name("x" * 5000)


def test_a_sign_in_from_a_browser_never_seen_is_told_by_mail():
    user = person(language="en")
    first = sign_in(user)
    assert mail.outbox == [], "the first browser is no news"
    first.post("/accounts/logout/")
    sign_in(user, client=first)
    assert mail.outbox == [], "known by its cookie"
    sign_in(user, PHONE)
    assert [one.to for one in mail.outbox] == [[user.email]]
    assert "Safari on iOS" in mail.outbox[0].body and "127.0.0.1" in mail.outbox[0].body
    assert Browser.objects.filter(user=user).count() == 2
    assert first.cookies["device"]["path"] == "/accounts/" and first.cookies["device"]["httponly"]


def test_sessions_are_listed_and_end_one_by_one_or_all():
    user, stranger = person(), person()
    mine, phone, third = sign_in(user), sign_in(user, PHONE), sign_in(user, PHONE)
    page = mine.get("/account/sessions").content.decode()
    assert page.count("account__row--split") == 3 and "Chrome" in page
    victim = UserSession.objects.get(session_key=phone.session.session_key)
    assert sign_in(stranger).post(f"/account/sessions/{victim.pk}/ending").status_code == 404
    assert mine.post(f"/account/sessions/{victim.pk}/ending").status_code == 302
    assert phone.get("/account/").status_code == 302
    mine.post("/account/sessions/ending")
    assert third.get("/account/").status_code == 302
    assert mine.get("/account/").status_code == 200


def test_the_last_sight_of_a_session_is_noted_every_ten_minutes(django_assert_num_queries):
    client = sign_in(person())
    before = UserSession.objects.get().last_seen_at
    client.get("/account/")
    assert UserSession.objects.get().last_seen_at == before
    session = client.session
    session[SEEN] = int(time.time()) - 601
    session.save()
    client.get("/account/")
    assert UserSession.objects.get().last_seen_at > before


def test_a_device_cookie_too_long_is_not_kept():
    kept, _new = sessions.meet_device(user=person(), cookie="x" * 5000, agent=CHROME, now=timezone.now())
    assert len(kept) < 60


def picture() -> SimpleUploadedFile:
    stream = io.BytesIO()
    image = Image.new("RGB", (900, 600), "#2f6f5e")
    exif = image.getexif()
    exif[0x0110] = "SecretCamera"
    image.save(stream, "JPEG", exif=exif)
    return SimpleUploadedFile("me.jpg", stream.getvalue())


def test_a_person_chooses_what_others_see():
    user = person(bio="골목을 걷습니다", home=suwon())
    client, anybody = sign_in(user), Client()
    page = anybody.get(f"/people/{user.pk}").content.decode()
    assert user.display_name in page
    assert "골목" not in page and "수원" not in page and user.email not in page
    sent = {
        "display_name": "걷는이",
        "bio": "골목을 걷습니다",
        "home": suwon().pk,
        "language": "en",
        "shown": ["home", "joined"],
    }
    assert client.post("/account/profile", sent).status_code == 302
    page = anybody.get(f"/people/{user.pk}").content.decode()
    assert "걷는이" in page and "수원" in page and "골목" not in page


def test_every_facet_can_be_shown_and_costs_a_query_at_most(django_assert_max_num_queries):
    user = person(bio="소개", home=suwon(), shown=[one.key for one in profiles.registered()])
    assert {"bio", "home", "joined", "organizations", "comments", "proposals"} <= set(user.shown)
    with django_assert_max_num_queries(12):
        assert Client().get(f"/people/{user.pk}").status_code == 200


def test_a_picture_is_encoded_anew_and_the_former_one_goes(django_capture_on_commit_callbacks):
    user = person()
    client = sign_in(user)
    sent = {"display_name": "나", "bio": "", "language": "ko"}
    client.post("/account/profile", {**sent, "avatar": picture()})
    first = User.objects.get(pk=user.pk).avatar
    with default_storage.open(first) as file:
        data = file.read()
    assert b"SecretCamera" not in data and max(Image.open(io.BytesIO(data)).size) == 320
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/profile", {**sent, "remove_avatar": "on"})
    assert User.objects.get(pk=user.pk).avatar == "" and not default_storage.exists(first)
    wrong = client.post("/account/profile", {**sent, "avatar": SimpleUploadedFile("x.jpg", b"<svg/>")})
    assert wrong.status_code == 422


def test_an_account_opens_only_when_its_address_is_confirmed(settings, client):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    sent = {"email": "new@example.org", "display_name": "새 이웃", "password1": PASSWORD, "of_age": "on"}
    client.post("/accounts/signup/", sent)
    assert client.get("/account/").status_code == 302
    url = re.search(r"/accounts/confirm-email/[^\s]+", mail.outbox[-1].body)[0]
    assert "안녕하십니까. 마당입니다." in mail.outbox[-1].body
    assert not EmailAddress.objects.get().verified
    client.post(url)
    assert EmailAddress.objects.get().verified
    sign_in(User.objects.get(), client=client)
    assert client.get("/account/").status_code == 200


def test_an_address_that_has_an_account_tells_nobody_so(settings, client):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    person(email="taken@example.org")
    sent = {"email": "taken@example.org", "display_name": "누구", "password1": PASSWORD, "of_age": "on"}
    answer = client.post("/accounts/signup/", sent)
    new = client.post("/accounts/signup/", {**sent, "email": "free@example.org"})
    assert (answer.status_code, answer.url) == (new.status_code, new.url)
