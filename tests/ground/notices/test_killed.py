"""A worker is killed with -9 between sending a mail and saying so: nothing is lost, and what repeats is recognized."""

from __future__ import annotations

import email
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from madang.ground.participation import operations
from madang.ground.participation.delivery import outbox
from madang.ground.participation.models import Delivery
from madang.ground.participation.operations import telling
from tests.factories import UserFactory
from tests.ground.notices.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 6
# The worker as it is, but for one thing: it stops for ever before it says that its third mail has left.
STOPPING = """
    import time
    from madang.ground.participation.delivery import outbox, sending
    finish, count = outbox.finish, 0

    def stopping(*args, **more):
        global count
        count += 1
        if count == 3:
            print("sent, not said", flush=True)
            time.sleep(600)
        finish(*args, **more)

    outbox.finish = stopping
    sending.deliver()
"""
PLAIN = """
    from madang.ground.participation.delivery import sending
    sending.deliver()
"""


def worker(port, script):
    """Another process on the test's database, with a real SMTP connection to the sink."""
    start = f"""
    import django
    from django.conf import settings
    django.setup()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", {port}, False
    """
    code = textwrap.dedent(start) + textwrap.dedent(script)
    name = connection.settings_dict["NAME"]
    head, _, tail = os.environ["DATABASE_URL"].partition("//")
    rest = tail.partition("?")[2]
    place = tail.partition("?")[0].partition("/")[0]
    url = f"{head}//{place}/{name}" + (f"?{rest}" if rest else "")
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "madang.web.settings.test"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


def test_kill_between_sending_and_saying_so(monkeypatch):
    monkeypatch.setattr(telling, "_defer", lambda task: None)
    people = UserFactory.create_batch(MAILS)
    for one in people:
        operations.tell(
            users=[one.pk], kind="answered", message="m", params={}, url="/", key=f"k:{one.pk}",
            now=timezone.now() - timedelta(seconds=5),
        )  # fmt: skip
    with Sink() as sink:
        with worker(sink.port, STOPPING) as first:
            assert first.stdout.readline() == "sent, not said\n"
            os.kill(first.pid, signal.SIGKILL)
        assert len(sink.messages) == 3
        assert Delivery.objects.filter(state="sent").count() == 2, "the third left, and nobody knows"
        # Its lease runs out (here at once).
        held = Delivery.objects.filter(state="waiting", attempts=1)
        assert held.count() == 1 and held.get().due_at > timezone.now()
        held.update(due_at=timezone.now())
        with worker(sink.port, PLAIN) as second:
            assert second.wait(60) == 0
        until = time.monotonic() + 5
        while len(sink.messages) < MAILS + 1 and time.monotonic() < until:
            time.sleep(0.05)
    received = [email.message_from_bytes(one) for one in sink.messages]
    identities = Counter(one["Message-ID"] for one in received)
    assert {one["To"] for one in received} == {one.email for one in people}, "nobody was forgotten"
    assert sorted(identities.values()) == [1] * (MAILS - 1) + [2], "one mail twice, as the same one"
    twice = [one for one in received if identities[one["Message-ID"]] == 2]
    # The boundary between the parts is drawn anew; everything a reader sees is the same.
    shown = [[part.get_payload() for part in one.walk() if not part.is_multipart()] for one in twice]
    assert shown[0] == shown[1] and twice[0]["Date"] == twice[1]["Date"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert Delivery.objects.get(attempts=2).provider_id in identities
    assert outbox.claim(now=timezone.now()) is None
