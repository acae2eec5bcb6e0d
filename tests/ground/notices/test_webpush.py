"""Web push, against a small push service that reads what it is sent as a browser would."""

from __future__ import annotations

import base64
import json
import os
import stat
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.urls import reverse
from django.utils import timezone

from madang.ground.participation import operations
from madang.ground.participation.delivery import sending, webpush
from madang.ground.participation.models import Choice, Delivery, Device
from tests.factories import ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Browser:
    """The keys of a subscription, as a browser makes and keeps them."""

    def __init__(self):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    def keys(self):
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": encoded(point), "auth": encoded(self.auth)}

    def read(self, body):
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


@pytest.fixture
def service(settings, tmp_path):
    """A push service on this machine: `/gone` is gone, `/busy` overloaded, `/elsewhere` leads away."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.received.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
            status = {"/gone": 410, "/unknown": 404, "/busy": 503, "/elsewhere": 307}.get(self.path, 201)
            self.send_response(status)
            if status == 307:
                self.send_header("Location", "/taken")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.origin = [], f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PUSH_SERVICES = [server.origin]
    settings.VAPID_FILE = tmp_path / "vapid.pem"
    webpush.make_keys()
    yield server
    server.shutdown()
    server.server_close()


def subscribe(user, service, path="/one", browser=None):
    browser = browser or Browser()
    endpoint = service.origin + path
    operations.add_device(**browser.keys(), endpoint=endpoint, label="Chrome, Android", by=user, now=NOW)
    return browser


def tell(user, **more):
    Choice.objects.update_or_create(user=user, group="outcome", defaults={"mail": "off", "push": True})
    operations.tell(
        users=[user.pk], kind="answered", message="%(a)s answered.", params={"a": "교통과"}, url="/proposals/1/",
        key="k", now=NOW, **more,
    )  # fmt: skip


def send():
    return dict(sending.deliver(clock=lambda: NOW))


def test_a_browser_reads_what_nobody_between_can(service, settings):
    settings.BASE_URL = "https://madang.example"
    user = UserFactory(language="en")
    proposal = ProposalFactory(title="Shade")
    browser = subscribe(user, service)
    tell(user, subject=proposal.pk)
    assert send() == {"sent": 1}
    ((path, headers, body),) = service.received
    assert b"answered" not in body
    shown = browser.read(body)
    assert shown["title"] == "교통과 answered." and shown["body"] == "Shade"
    assert shown["url"] == "https://madang.example/proposals/1/" and shown["lang"] == "en"
    assert shown["tag"] == f"notice-{Delivery.objects.get().notice_id}", "twice the same replaces itself"
    assert headers["authorization"].startswith("vapid t=") and webpush.public_key() in headers["authorization"]
    assert headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) > 0
    assert Device.objects.get().reached_at == NOW and path == "/one"


@pytest.mark.parametrize("path", ["/gone", "/unknown"])
def test_a_browser_that_is_gone_is_forgotten_and_another_still_hears(service, path):
    user = UserFactory()
    subscribe(user, service, path)
    subscribe(user, service, "/two")
    tell(user)
    assert send() == {"sent": 1}
    assert [one.endpoint for one in Device.objects.all()] == [service.origin + "/two"]
    Device.objects.all().delete()
    subscribe(user, service, path)
    Delivery.objects.all().delete()
    operations.tell(users=[user.pk], kind="answered", message="m", params={}, url="/", key="2", now=NOW)
    assert send() == {"dropped": 1} and not Device.objects.exists()


@pytest.mark.parametrize("path", ["/busy", "/elsewhere"])
def test_a_service_in_trouble_is_tried_again_and_leads_nowhere_else(service, path):
    user = UserFactory()
    subscribe(user, service, path)
    tell(user)
    assert send() == {"failed": 1}
    assert Delivery.objects.get().state == "waiting" and Device.objects.exists()
    assert [one[0] for one in service.received] == [path]


def test_turned_off_or_without_keys_nothing_is_pushed(service, settings):
    user = UserFactory()
    subscribe(user, service)
    tell(user)
    Choice.objects.update(push=False)
    assert send() == {"dropped": 1}
    settings.VAPID_FILE = "/nowhere/vapid.pem"
    Choice.objects.update(push=True)
    operations.tell(users=[user.pk], kind="answered", message="m", params={}, url="/", key="2", now=NOW)
    assert send() == {"failed": 1} and Delivery.objects.filter(state="dead").count() == 1
    assert service.received == [] and webpush.public_key() == ""


@pytest.mark.parametrize("endpoint", [
    "http://169.254.169.254/latest", "http://localhost:5432/", "https://evil.example/", "https://fcm.googleapis.com.evil.example/x",
    "https://fcm.googleapis.com@evil.example/x", "https://evil.example\\.push.apple.com/x", "http://fcm.googleapis.com/x",
    "ftp://fcm.googleapis.com/x", "https://fcm.googleapis.com:444/x",
])  # fmt: skip
def test_an_address_that_is_no_push_service_is_refused(endpoint):
    with pytest.raises(webpush.PushRefusedError):
        webpush.check_endpoint(endpoint)
    for allowed in ("https://fcm.googleapis.com/x", "https://web.push.apple.com/y"):
        webpush.check_endpoint(allowed)


def test_keys_are_made_once_and_kept_from_others(service, settings):
    before = webpush.public_key()
    assert len(base64.urlsafe_b64decode(before + "==")) == 65
    assert not webpush.make_keys() and webpush.public_key() == before
    assert stat.S_IMODE(settings.VAPID_FILE.stat().st_mode) == 0o600


class TestPages:
    def test_a_browser_subscribes_and_leaves(self, client, service):
        user = UserFactory(language="en")
        client.force_login(user)
        sent = {"endpoint": service.origin + "/x", "keys": Browser().keys(), "expirationTime": None}
        url = reverse("participation:devices")
        agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
        answer = client.post(url, json.dumps(sent), content_type="application/json", headers={"User-Agent": agent})
        assert answer.status_code == 201
        page = client.get(reverse("participation:notice_settings")).content.decode()
        assert "Chrome" in page and "Android" in page and "Mozilla" not in page and webpush.public_key() in page
        other = UserFactory()
        client.force_login(other)
        client.post(url, json.dumps(sent), content_type="application/json")
        assert Device.objects.get().user == other, "a shared browser belongs to whoever signed in last"
        path = reverse("participation:device", args=[Device.objects.get().pk])
        client.force_login(user)
        assert client.post(path, {"_method": "DELETE"}).status_code == 404
        client.force_login(other)
        assert client.post(path, {"_method": "DELETE"}).status_code == 302
        assert not Device.objects.exists()

    @pytest.mark.parametrize("sent", [
        "", "[]", "{}", '{"endpoint": 3}', '{"endpoint": "https://fcm.googleapis.com/x", "keys": {"p256dh": "?", "auth": "?"}}',
    ])  # fmt: skip
    def test_what_is_no_subscription_is_refused(self, client, service, sent):
        client.force_login(UserFactory())
        answer = client.post(reverse("participation:devices"), sent, content_type="application/json")
        assert answer.status_code == 422 and answer.json()["error"]

    def test_a_foreign_endpoint_is_refused_with_a_reason(self, client, service):
        client.force_login(UserFactory())
        sent = {"endpoint": "https://evil.example/x", "keys": Browser().keys()}
        answer = client.post(reverse("participation:devices"), json.dumps(sent), content_type="application/json")
        assert answer.status_code == 409 and answer.json()["error"] and not Device.objects.exists()

    def test_the_service_worker_stands_at_the_root(self, client):
        answer = client.get("/push-worker.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert "showNotification" in answer.content.decode()
        assert "worker-src 'self'" in answer["Content-Security-Policy"]
