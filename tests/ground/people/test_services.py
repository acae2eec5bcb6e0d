"""The contracts with services outside, against small servers on the loopback; and leaving against staying at once."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from madang.ground.people import identities
from madang.ground.people.models import Deletion, IdentityDigest, Level, PhoneCode, User
from madang.ground.people.operations import leaving, verifying
from madang.ground.people.verification.sms import NotSentError
from tests.factories import UserFactory, suwon

NOW = timezone.now()
KIM = {"name": "김마당", "born": "1980-03-02", "sex": "f", "token": "CI-1", "place": "41110"}


class Service(BaseHTTPRequestHandler):
    """An SMS gateway and an identity service; `says` is what the latter tells of whoever comes."""

    says: dict[str, object]
    sessions: dict[str, dict[str, str]]
    sent: list[tuple[str, dict[str, str]]]
    status = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.sent.append((self.headers["Authorization"], body))
        if self.path == "/sessions":
            self.sessions["s1"] = body
            where = f"https://id.example.org/?back={body['return_url']}&state={body['state']}"
            self._answer({"session": "s1", "redirect_url": where})
        else:
            self._answer({})

    def do_GET(self) -> None:
        session = self.sessions[self.path.rpartition("/")[2]]
        self._answer({"state": session["state"], "status": "confirmed", **self.says})

    def _answer(self, body: dict[str, object]) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def service(settings):
    handler = type("Made", (Service,), {"says": dict(KIM), "sessions": {}, "sent": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.IDENTITY_SERVICE = f"http://127.0.0.1:{server.server_port}"
    settings.IDENTITY_SERVICE_TOKEN = "a-token"
    yield handler
    server.shutdown()
    server.server_close()


def go_there_and_back(client, **changes):
    """To the service and back with what it put into the address."""
    asked = parse_qs(urlsplit(client.get("/account/verification/resident").url).query)
    return client.get("/account/verification/resident/return", {"state": asked["state"][0], **changes}, follow=True)


def signed_in(client) -> User:
    user = UserFactory()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user


def level(user) -> Level:
    return identities.level_of(User.objects.get(pk=user.pk))


@pytest.mark.django_db
def test_a_resident_is_confirmed_by_the_service(client, service):
    suwon()
    user = signed_in(client)
    go_there_and_back(client)
    assert level(user) == Level.RESIDENT
    assert identities.residence(User.objects.get(pk=user.pk)) == suwon()
    assert service.sent[0][0] == "Bearer a-token"
    assert IdentityDigest.objects.count() == 2, "by person and by token"


@pytest.mark.django_db
def test_a_second_account_of_the_same_resident_is_told_what_to_do(client, service):
    verifying.verify(user=UserFactory(), way="service", digests=_digests(), now=NOW)
    user = signed_in(client)
    page = go_there_and_back(client)
    assert level(user) == Level.NONE
    assert "이미 계정이 있는 주민" in page.content.decode()


def _digests() -> list[str]:
    from datetime import date

    from madang.ground.people.verification import Identity

    return Identity("김마당", date(1980, 3, 2), "f", "CI-1").digests()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lies", [{"status": "failed"}, {"state": "of another"}, {"born": "yesterday"}, {"token": None, "name": None}]
)
def test_what_the_service_does_not_confirm_counts_for_nothing(client, service, lies):
    user = signed_in(client)
    service.says |= lies
    if "name" in lies:
        del service.says["token"]
    go_there_and_back(client)
    assert level(user) == Level.NONE


@pytest.mark.django_db
def test_a_state_of_another_request_is_refused_and_an_answer_is_taken_once(client, service):
    user = signed_in(client)
    go_there_and_back(client, state="made-up")
    assert level(user) == Level.NONE
    client.get("/account/verification/resident/return", {"state": service.sessions["s1"]["state"]})
    assert level(user) == Level.NONE, "the wrong answer used the request up"


@pytest.mark.django_db
def test_a_service_that_is_down_is_no_broken_page(client, settings):
    settings.IDENTITY_SERVICE = "http://127.0.0.1:9"
    signed_in(client)
    assert "응답하지 않습니다" in client.get("/account/verification/resident", follow=True).content.decode()


@pytest.mark.django_db
def test_the_gateway_is_given_number_and_text(service, settings):
    settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN = settings.IDENTITY_SERVICE + "/messages", "sms-token"
    verifying.send_code(by=UserFactory(), number="010-1234-5678", now=NOW)
    token, message = service.sent[0]
    assert token == "Bearer sms-token" and message["to"] == "+821012345678" and "인증번호" in message["text"]
    service.status = 503
    with pytest.raises(NotSentError):
        verifying.send_code(by=UserFactory(), number="010-1234-5679", now=NOW)
    assert PhoneCode.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_staying_and_leaving_at_once_do_one_of_both():
    """Whoever takes a wish back while it is carried out stays whole, or is gone whole."""
    users = [UserFactory(email=f"race{number}@example.org") for number in range(6)]
    for user in users:
        leaving.ask_deletion(by=user, keep_texts=True, now=NOW - timedelta(days=20))
    start, stayed = threading.Barrier(12), []

    def stay(user) -> None:
        start.wait()
        if leaving.cancel_deletion(by=user):
            stayed.append(user.pk)
        connection.close()

    def leave(user) -> None:
        start.wait()
        leaving.erase(user_id=user.pk, now=NOW)
        connection.close()

    threads = [threading.Thread(target=act, args=[user]) for user in users for act in (stay, leave)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not Deletion.objects.exists()
    for user in User.objects.filter(pk__in=[one.pk for one in users]):
        assert (user.erased_at is None) == (user.pk in stayed) == user.email.startswith("race")
