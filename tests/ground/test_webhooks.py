"""Webhooks: an outbox in the transaction of the decision, messages that arrive and are known again, addresses refused."""

from __future__ import annotations

import ipaddress
import json
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Verifier

from madang.explore.proposals.models import Proposal
from madang.ground.agenda.operations import add_note
from madang.ground.footing import outbound
from madang.ground.participation.models import Notice, Webhook, WebhookDelivery
from madang.ground.participation.webhooks import operations, queries, sending
from madang.ground.people.models import Membership, Organization
from tests.factories import AgendaItemFactory, PlaceFactory, ProposalFactory, UserFactory, many_proposals, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.OUTBOUND_LOOPBACK = True


class Receiver(ThreadingHTTPServer):
    """A program of somebody else: it keeps what arrives and answers as it is told to."""

    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.status, self.behavior = [], 204, ""
        self.daemon_threads = True
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook?from=madang"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body.decode()))
        if self.server.behavior == "drop":
            return self.connection.close()
        if self.server.behavior == "drip":
            try:
                for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 200:
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.1)
            except OSError:
                pass
            return None
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        if self.server.behavior == "flood":
            try:
                for _ in range(5_000):
                    self.wfile.write(b"x" * 65_536)
            except OSError:
                pass
        return None

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


def made(receiver, user=None, **fields):
    fields = {"kinds": [], "place": None, "name": "우리 시스템"} | fields
    return operations.make_webhook(by=user or UserFactory(), url=receiver.url, now=NOW, **fields)


def deliver(at=None):
    """Send everything due at a moment, as the job does. The clock of a message is checked by its receiver."""
    moment = at or timezone.now() + timedelta(seconds=1)
    return sending.deliver_due(clock=lambda: moment)


def test_a_decision_and_a_new_thing_arrive_signed(receiver):
    kept = made(receiver)
    item = AgendaItemFactory()
    add_note(
        item=item, text="김아무개 주민이 현장을 보았다.", by=UserFactory(display_name="박담당"), now=timezone.now()
    )
    assert deliver() == 2
    told = {}
    for headers, body in receiver.got:
        told[Verifier(kept.secret).verify(body, headers)["type"]] = json.loads(body)["data"]
        # Nothing about persons, and none of anybody's words.
        assert not any(word in body for word in ("김아무개", "박담당", item.title))
    assert told["agenda.created"]["id"] == item.pk
    assert told["record.note"]["subject"] == f"agenda:{item.pk}" and told["record.note"]["place"] == "41110"
    assert set(WebhookDelivery.objects.values_list("status", "attempts", "answered")) == {("delivered", 1, 204)}
    assert deliver() == 0 and len(receiver.got) == 2


def test_a_wrong_secret_does_not_verify(receiver):
    from standardwebhooks.webhooks import WebhookVerificationError

    made(receiver)
    other = made(receiver)
    AgendaItemFactory()
    deliver()
    verified = 0
    for headers, body in receiver.got:
        try:
            Verifier(other.secret).verify(body, headers)
            verified += 1
        except WebhookVerificationError:
            pass
    assert len(receiver.got) == 2 and verified == 1


def test_only_what_was_asked_for_and_from_where(receiver):
    gangnam = PlaceFactory(code="11680", name_ko="강남구", parent__code="11", parent__name_ko="서울특별시")
    made(receiver, kinds=["proposal.created"], place=suwon().parent)
    ProposalFactory(place=suwon())
    ProposalFactory(place=gangnam)
    AgendaItemFactory(place=suwon())
    assert list(WebhookDelivery.objects.values_list("kind", flat=True)) == ["proposal.created"]


def test_nothing_is_told_of_what_was_taken_back(receiver):
    made(receiver)
    with transaction.atomic():
        AgendaItemFactory()
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


def test_what_was_hidden_meanwhile_is_not_sent(receiver):
    made(receiver)
    proposal = ProposalFactory()
    Proposal.objects.filter(pk=proposal.pk).update(status="withdrawn")
    deliver()
    assert not receiver.got and WebhookDelivery.objects.get().status == "dropped"


def test_many_at_once_are_told_in_one_statement(receiver):
    made(receiver)
    made(receiver)
    many_proposals(50, place=suwon())
    assert WebhookDelivery.objects.count() == 100
    assert len(set(WebhookDelivery.objects.values_list("message", flat=True))) == 100


@pytest.mark.parametrize("behavior", ["", "drop"])
def test_a_failure_is_tried_again_under_the_same_name_and_later_and_later(receiver, behavior):
    made(receiver)
    AgendaItemFactory()
    receiver.status, receiver.behavior, at, waits = 500, behavior, timezone.now() + timedelta(seconds=1), []
    for _ in range(len(sending.WAITS)):
        assert deliver(at) == 1
        one = WebhookDelivery.objects.get()
        waits.append(one.next_at - at)
        assert one.status == "pending" and (one.answered or one.error)
        at = one.next_at
        Webhook.objects.update(failing_since=None)  # the days of failure are another test's matter
    assert waits == sorted(waits) and timedelta(seconds=50) < waits[0] < timedelta(seconds=70)
    deliver(at)
    assert WebhookDelivery.objects.get().status == "dead"
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    receiver.status, receiver.behavior = 200, ""
    webhook = Webhook.objects.get()
    operations.redeliver(delivery_id=WebhookDelivery.objects.get().pk, by=webhook.user, now=at)
    deliver(at)
    assert WebhookDelivery.objects.get().status == "delivered"
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1


def test_an_address_that_drips_its_answer_is_cut_off(receiver):
    receiver.behavior = "drip"
    start = time.monotonic()
    with pytest.raises(outbound.NoAnswerError):
        outbound.post(receiver.url, b"{}", {}, seconds=1)
    assert time.monotonic() - start < 5


def test_an_endless_answer_is_not_read(receiver):
    receiver.behavior, receiver.status = "flood", 200
    answer = outbound.post(receiver.url, b"{}", {}, seconds=5)
    assert answer.status == 200 and len(answer.body) <= outbound.BYTES


def test_no_redirect_is_followed(receiver):
    receiver.status = 302
    made(receiver)
    AgendaItemFactory()
    deliver()
    assert len(receiver.got) == 1 and WebhookDelivery.objects.get().answered == 302
    assert WebhookDelivery.objects.get().status == "pending"


def test_after_five_days_of_failure_it_is_switched_off_and_its_owner_told(receiver):
    kept = made(receiver)
    AgendaItemFactory()
    receiver.status, at = 503, timezone.now() + timedelta(seconds=1)
    deliver(at)
    assert Webhook.objects.get().failing_since == at
    AgendaItemFactory()
    deliver(at + timedelta(days=5, minutes=1))
    webhook = Webhook.objects.get()
    assert webhook.disabled_at and Notice.objects.filter(user=kept.webhook.user, kind="webhook_disabled").count() == 1
    waiting = WebhookDelivery.objects.count()
    AgendaItemFactory()
    assert WebhookDelivery.objects.count() == waiting and deliver(at + timedelta(days=7)) == 0
    operations.switch(webhook_id=webhook.pk, by=webhook.user, on=True, now=at)
    receiver.status = 200
    assert deliver(at + timedelta(days=7)) > 0


def test_gone_means_gone(receiver):
    made(receiver)
    AgendaItemFactory()
    receiver.status = 410
    deliver()
    assert Webhook.objects.get().disabled_at


def test_a_worker_that_dies_leaves_its_messages_to_the_next(receiver):
    made(receiver)
    AgendaItemFactory()
    at = timezone.now() + timedelta(seconds=1)
    assert len(sending.claim(now=at)) == 1  # and then the worker is killed
    assert deliver(at + timedelta(seconds=30)) == 0
    assert deliver(at + sending.LEASE) == 1
    assert WebhookDelivery.objects.get().status == "delivered"


def test_an_attempt_that_outlived_its_claim_settles_nothing(receiver):
    made(receiver)
    AgendaItemFactory()
    at = timezone.now() + timedelta(seconds=1)
    (old,) = sending.claim(now=at)
    sending.claim(now=at + sending.LEASE)
    sending.settle(sending.Outcome(old.delivery, error="late"), now=at + sending.LEASE)
    assert WebhookDelivery.objects.get().error == ""


def test_both_secrets_sign_for_a_day(receiver):
    kept = made(receiver)
    renewed = operations.renew_secret(webhook_id=kept.webhook.pk, by=kept.webhook.user, now=timezone.now())
    AgendaItemFactory()
    deliver()
    headers, body = receiver.got[0]
    Verifier(kept.secret).verify(body, headers)
    Verifier(renewed.secret).verify(body, headers)
    assert kept.secret not in Webhook.objects.get().former_secret


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_each_message_once(receiver):
    made(receiver)
    suwon()
    many_proposals(40, place=suwon())
    start = threading.Barrier(8)
    at = timezone.now() + timedelta(seconds=2)

    def work():
        start.wait()
        sending.deliver_due(clock=lambda: at, threads=2)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    names = [headers["webhook-id"] for headers, _body in receiver.got]
    assert len(names) == len(set(names)) == 40
    assert set(WebhookDelivery.objects.values_list("status", "attempts")) == {("delivered", 1)}


# Addresses that are never called


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "https://user:secret@example.org/", "https://user@example.org/",
        "https://example.org:22/", "https://example.org:5432/", "https://localhost/", "https://madang.local/",
        "https://intranet/", "https://10.0.0.1/", "https://127.0.0.1/", "https://127.1/", "https://0x7f000001/",
        "https://2130706433/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/",
        "https://[2002:0a00:0001::1]/", "https://169.254.169.254/latest", "https://[fe80::1]/", "https://[fd00::1]/",
        "https://0.0.0.0/", "https://100.64.0.1/", "https://224.0.0.1/", "https:///path", "nonsense", "https://exa mple.org",
        "https://example.org:99999/", "https://[::1", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_address_that_is_refused(url, settings):
    settings.OUTBOUND_LOOPBACK = False
    with pytest.raises(outbound.RefusedAddressError):
        outbound.checked(url)


@pytest.mark.parametrize("url", ["https://example.org/hook", "https://example.org:8443/", "https://8.8.8.8/x"])
def test_a_public_address_is_taken(url, settings):
    settings.OUTBOUND_LOOPBACK = False
    assert outbound.checked(url).geturl() == url


@pytest.mark.parametrize("address", ["10.1.2.3", "64:ff9b::808:808", "fd12::1", "192.168.0.9", "::ffff:8.8.8.8"])
def test_a_name_that_leads_inside_is_not_called(address, settings, monkeypatch):
    """Also where only one of several addresses does, and where the name server says so only when asked again."""
    settings.OUTBOUND_LOOPBACK = False
    answers = [(None, None, None, None, (one, 443)) for one in ("93.184.215.14", address)]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(outbound.RefusedAddressError):
        outbound.resolve("example.org", 443)


def test_the_address_that_was_checked_is_the_one_that_is_called(settings, monkeypatch):
    settings.OUTBOUND_LOOPBACK = False
    asked, called = [], []
    public = [(None, None, None, None, ("93.184.215.14", 443))]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *args, **kwargs: asked.append(args) or public)

    def connect(address, timeout):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    with pytest.raises(outbound.NoAnswerError):
        outbound.post("https://example.org/hook", b"{}", {})
    assert called == [("93.184.215.14", 443)] and len(asked) == 1


def test_what_python_calls_global_and_is_not():
    assert ipaddress.ip_address("64:ff9b::a00:1").is_global  # which is why we look ourselves
    assert not outbound.is_public(ipaddress.ip_address("64:ff9b::a00:1"))
    assert outbound.is_public(ipaddress.ip_address("2606:4700::1111"))


# Whose it is


def test_an_organizations_webhooks_belong_to_those_who_act_for_it(receiver):
    now, founder, member = timezone.now(), UserFactory(), UserFactory()
    place = suwon()
    with transaction.atomic():
        group = Organization.objects.create(kind="ngo", name_ko="마을모임", home=place, created_at=now, updated_at=now)
        Membership.objects.create(
            organization=group, user=founder, rank="representative", represents=True, joined_at=now
        )
        Membership.objects.create(organization=group, user=member, joined_at=now)
    kept = made(receiver, founder, organization=group)
    assert list(queries.webhooks_of(founder)) == [kept.webhook] and not queries.webhooks_of(member)
    with pytest.raises(PermissionDenied):
        made(receiver, member, organization=group)
    with pytest.raises(PermissionDenied):
        operations.remove_webhook(webhook_id=kept.webhook.pk, by=member)


def test_a_person_keeps_ten_at_most(receiver):
    user = UserFactory()
    for _ in range(operations.PER_PERSON):
        made(receiver, user)
    with pytest.raises(operations.WebhookRefusedError):
        made(receiver, user)


def test_an_event_that_does_not_exist_is_refused(receiver):
    with pytest.raises(operations.WebhookRefusedError):
        made(receiver, kinds=["record.nonsense"])


def test_a_month_later_it_is_forgotten(receiver):
    made(receiver)
    AgendaItemFactory()
    deliver()
    assert sending.forget_settled(now=timezone.now() + timedelta(days=29)) == 0
    assert sending.forget_settled(now=timezone.now() + timedelta(days=31)) == 1


# What the database itself refuses


@pytest.mark.parametrize(
    "broken",
    [
        {"name": ""}, {"url": ""}, {"secret": ""}, {"former_secret": "x"}, {"former_until": NOW}, {"disabled_at": NOW},
        {"disabled_reason": "x"},
    ],
)  # fmt: skip
def test_no_broken_webhook(broken):
    fields = {"name": "n", "url": "https://example.org", "secret": "s", "created_at": NOW} | broken
    with pytest.raises(IntegrityError), transaction.atomic():
        Webhook.objects.create(user=UserFactory(), **fields)


@pytest.mark.parametrize("broken", [{"status": "delivered"}, {"settled_at": NOW}, {"next_at": NOW - timedelta(days=1)}])
def test_no_broken_delivery(broken, receiver):
    import uuid

    webhook = made(receiver).webhook
    fields = {"webhook": webhook, "message": uuid.uuid4(), "kind": "ping", "created_at": NOW, "next_at": NOW} | broken
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookDelivery.objects.create(**fields)


def test_an_entry_is_told_to_a_webhook_once(receiver):
    import uuid

    made(receiver)
    AgendaItemFactory()
    told = WebhookDelivery.objects.get()
    again = {"webhook": told.webhook, "message": uuid.uuid4(), "kind": told.kind, "subject": told.subject}
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookDelivery.objects.create(created_at=NOW, next_at=NOW, **again)
