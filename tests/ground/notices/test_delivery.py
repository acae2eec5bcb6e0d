"""What leaves the house: once, as the reader wants it, and never after it was turned off."""

from __future__ import annotations

import email
import json
import smtplib
import threading
from datetime import UTC, datetime, time, timedelta
from email import policy
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from madang.ground.participation import kinds, operations
from madang.ground.participation.delivery import digests, outbox, sending, tokens, wanted
from madang.ground.participation.models import (
    Choice,
    Delivery,
    Digest,
    Notice,
    NoticeSettings,
    Suppression,
)
from tests.factories import ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db
SEOUL = timezone.get_default_timezone()
# A Tuesday morning in Seoul.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=SEOUL)


def tell(user, key="e:1", now=NOW, **more):
    values = {"kind": "answered", "message": "%(a)s answered “%(title)s”.", "url": "/proposals/1/"}
    values["params"] = {"a": "교통과", "title": "그늘막"}
    operations.tell(users=[user.pk], key=key, now=now, **{**values, **more})


def send(now=NOW):
    return dict(sending.deliver(clock=lambda: now))


def parsed(message):
    """A mail as its receiver sees it."""
    return email.message_from_bytes(message.message().as_bytes(), policy=policy.default)


def parts(message):
    received = parsed(message)
    return received.get_body(("plain",)).get_content(), received.get_body(("html",)).get_content()


def state(user=None):
    rows = Delivery.objects.filter(user=user) if user else Delivery.objects.all()
    return list(rows.order_by("pk").values_list("state", "attempts"))


def test_a_mail_in_the_readers_language_with_one_click_to_stop_it(settings):
    settings.BASE_URL = "https://madang.example"
    korean, english = UserFactory(language="ko"), UserFactory(language="en")
    proposal = ProposalFactory(title="정류장 그늘")
    for user in (korean, english):
        operations.follow(subject_id=proposal.pk, by=user, now=NOW)
        tell(user, subject=proposal.pk, url=proposal.get_absolute_url(), key="x")
    assert send() == {"sent": 2}
    for user, heading in ((korean, "소식 받기를 신청하셨습니다."), (english, "You follow it.")):
        message = next(one for one in mail.outbox if one.to == [user.email])
        received, (text, html) = parsed(message), parts(message)
        assert received.get_content_type() == "multipart/alternative"
        assert heading in text and heading in html
        for body in (text, html):
            assert f"https://madang.example{proposal.get_absolute_url()}" in body
            assert "https://madang.example/me/notices/settings" in body
        assert "class=" not in html and 'style="' in html and "<script" not in html
        assert received["Message-ID"] == f"<delivery.{Delivery.objects.get(user=user).pk}@madang.example>"
        assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        stop = received["List-Unsubscribe"].strip(" <>")
        assert stop.startswith("https://madang.example/unsubscribe/")
        assert stop in text
        assert received["Auto-Submitted"] == "auto-generated"
        assert received["References"] == f"<subject.{proposal.pk}@madang.example>"
        assert user.display_name not in received["To"]


def test_a_title_cannot_smuggle_headers_or_markup():
    user = UserFactory(language="en")
    tell(user, params={"a": "Office\r\nBcc: all@example.org", "title": "<b>x</b>"})
    send()
    received, (_text, html) = parsed(mail.outbox[0]), parts(mail.outbox[0])
    assert received["Bcc"] is None and "\n" not in received["Subject"]
    assert "<b>x</b>" not in html and "&lt;b&gt;x&lt;/b&gt;" in html


@pytest.mark.parametrize("reason", ["off", "muted", "read", "closed", "suppressed"])
def test_what_is_not_wanted_any_more_is_not_sent(reason):
    user, subject = UserFactory(), ProposalFactory().subject
    tell(user, subject=subject.pk)
    match reason:
        case "off":
            operations.stop_mail(user=user, groups=["outcome"])
        case "muted":
            operations.mute(subject_id=subject.pk, by=user, now=NOW)
        case "read":
            operations.mark_read(by=user, now=NOW)
        case "closed":
            user.is_active = False
            user.save()
        case "suppressed":
            operations.suppress(email=user.email.upper(), cause="bounce", detail="550", now=NOW)
    assert send() == {"dropped": 1}
    assert not mail.outbox
    assert state() == [("dropped", 1)]
    assert Delivery.objects.get().trouble


def test_what_is_no_longer_public_is_replaced_by_that_fact_except_for_its_author():
    proposal, follower = ProposalFactory(title="비밀이 된 제목"), UserFactory()
    operations.follow(subject_id=proposal.pk, by=follower, now=NOW)
    for user in (follower, proposal.author):
        tell(user, subject=proposal.pk, params={"a": "과", "title": proposal.title}, key=f"h:{user.pk}")
    proposal.status = "hidden"
    proposal.save()
    assert send() == {"sent": 2}
    by_reader = {one.to[0]: "".join(parts(one)) + one.subject for one in mail.outbox}
    assert "비밀이 된 제목" not in by_reader[follower.email]
    assert "더 이상 공개되지 않습니다" in by_reader[follower.email]
    assert "비밀이 된 제목" in by_reader[proposal.author.email]


def test_quiet_hours_put_off_until_the_morning():
    user = UserFactory()
    NoticeSettings.objects.create(user=user, quiet_from=time(22), quiet_to=time(7))
    night = datetime(2026, 11, 24, 23, 30, tzinfo=SEOUL)
    tell(user, now=night)
    assert send(night) == {"postponed": 1}
    assert Delivery.objects.get().due_at == datetime(2026, 11, 25, 7, tzinfo=SEOUL)
    assert state() == [("waiting", 0)], "waiting for the morning is no attempt"
    assert send(night + timedelta(hours=7)) == {}
    assert send(datetime(2026, 11, 25, 7, 1, tzinfo=SEOUL)) == {"sent": 1}


@pytest.mark.parametrize(("start", "end", "at", "until"), [
    ((22, 0), (7, 0), (21, 59), None), ((22, 0), (7, 0), (6, 59), (24, 7, 0)), ((22, 0), (7, 0), (7, 0), None),
    ((12, 0), (13, 30), (12, 0), (24, 13, 30)), ((12, 0), (13, 30), (13, 30), None),
])  # fmt: skip
def test_edges_of_quiet_hours(start, end, at, until):
    own = NoticeSettings(quiet_from=time(*start), quiet_to=time(*end))
    found = wanted.quiet_until(own, datetime(2026, 11, 24, *at, tzinfo=SEOUL))
    assert found == (datetime(2026, 11, *until, tzinfo=SEOUL) if until else None)


def test_a_pause_gathers_what_came_into_one_mail():
    user = UserFactory()
    operations.set_wishes(wishes=operations.Wishes(paused_until=NOW + timedelta(days=3)), by=user)
    tell(user, key="a:1")
    tell(user, key="a:2", now=NOW + timedelta(hours=1))
    assert send(NOW + timedelta(hours=2)) == {"dropped": 2}
    assert digests.gather(now=NOW + timedelta(days=1)) == 0
    after = NOW + timedelta(days=4)
    assert digests.gather(now=after) == 1
    assert send(after) == {"sent": 1}
    assert "2" in mail.outbox[0].subject and len(mail.outbox) == 1


class TestDigests:
    @pytest.fixture
    def user(self):
        user = UserFactory(language="en")
        Choice.objects.create(user=user, group="outcome", mail="daily")
        Choice.objects.create(user=user, group="talk", mail="weekly")
        return user

    def test_one_a_day_by_what_it_is_about(self, user):
        first, second = ProposalFactory(title="Shade"), ProposalFactory(title="Library")
        for n, proposal in enumerate((first, second, first)):
            tell(user, key=f"d:{n}", subject=proposal.pk, params={"a": f"O{n}", "title": proposal.title})
        tell(user, key="d:late", now=datetime(2026, 11, 25, 7, 31, tzinfo=SEOUL))
        tell(user, key="d:week", kind="comment")
        assert digests.gather(now=NOW + timedelta(hours=3)) == 0, "it is due in the morning"
        morning = datetime(2026, 11, 25, 7, 32, tzinfo=SEOUL)
        assert digests.gather(now=morning) == 1
        assert digests.gather(now=morning + timedelta(hours=2)) == 0
        assert send(morning) == {"sent": 1}
        (message,) = mail.outbox
        text, html = parts(message)
        assert message.subject == "Your day on Madang: 3 pieces of news"
        assert text.count("Shade\n") == 1, "one heading for both lines on one thing"
        assert text.index("O2") < text.index("O0") < text.index("Library\n"), "the thing with the newest line first"
        assert "Library" in html and "O2" in html
        assert Notice.objects.filter(digest=None, rhythm="daily").count() == 1
        assert "rhythm" not in text

    def test_weeks_end_on_monday(self, user):
        tell(user, key="w:1", kind="comment")
        assert digests.gather(now=datetime(2026, 11, 30, 7, 29, tzinfo=SEOUL)) == 0
        monday = datetime(2026, 11, 30, 7, 30, tzinfo=SEOUL)
        assert digests.gather(now=monday) == 1
        assert Digest.objects.get().day == monday.date()

    def test_what_was_read_or_turned_off_meanwhile_is_left_out(self, user):
        tell(user, key="r:1")
        tell(user, key="r:2")
        morning = datetime(2026, 11, 25, 8, 0, tzinfo=SEOUL)
        operations.mark_one_read(by=user, notice_id=Notice.objects.get(key=f"r:1:{user.pk}").pk, now=NOW)
        assert digests.gather(now=morning) == 1
        assert Notice.objects.get(key=f"r:1:{user.pk}").rhythm == "off"
        operations.stop_mail(user=user, groups=["outcome"])
        assert send(morning) == {"dropped": 1}
        assert not mail.outbox, "an empty digest is not sent"

    def test_nobody_without_news_gets_one(self, user):
        assert digests.gather(now=NOW) == 0 and not Digest.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_jobs_at_once_make_one_each(self, user, monkeypatch):
        from madang.ground.participation.operations import telling

        monkeypatch.setattr(telling, "_defer", lambda task: None)
        people = UserFactory.create_batch(20)
        for one in people:
            Choice.objects.create(user=one, group="outcome", mail="daily")
            tell(one, key=f"g:{one.pk}")
        morning = datetime(2026, 11, 25, 8, 0, tzinfo=SEOUL)
        at_once(lambda: digests.gather(now=morning, batch=3), 4)
        assert Digest.objects.count() == Delivery.objects.count() == 20
        assert not Notice.objects.filter(digest=None).exists()

    @pytest.mark.django_db(transaction=True)
    def test_turning_off_during_the_digest(self, user, monkeypatch):
        """Whoever turned it off before their mail was composed gets none; nobody gets two."""
        from madang.ground.participation.operations import telling

        monkeypatch.setattr(telling, "_defer", lambda task: None)
        people = UserFactory.create_batch(12)
        for one in people:
            Choice.objects.create(user=one, group="outcome", mail="daily")
            tell(one, key=f"g:{one.pk}")
        morning = datetime(2026, 11, 25, 8, 0, tzinfo=SEOUL)
        digests.gather(now=morning)
        leaving, turned_off = people[6:], []

        def stop():
            for one in leaving:
                Client().post(urlsplit(tokens.unsubscribe_url(one, "rhythm:daily")).path)
                turned_off.append((one.email, len(mail.outbox)))

        threads = [threading.Thread(target=closing(stop)), threading.Thread(target=closing(lambda: send(morning)))]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        got = [one.to[0] for one in mail.outbox]
        assert len(got) == len(set(got)) and {one.email for one in people[:6]} <= set(got)
        for address, sent_before in turned_off:
            # One mail may have been composed when the click arrived; those after it must not go.
            assert address not in got[sent_before + 1 :]


def closing(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    return run


def at_once(work, count):
    threads = [threading.Thread(target=closing(work)) for _ in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_mail_once(monkeypatch):
    from madang.ground.participation.operations import telling

    monkeypatch.setattr(telling, "_defer", lambda task: None)
    people = UserFactory.create_batch(30)
    for one in people:
        tell(one, key=f"t:{one.pk}")
    at_once(send, 5)
    assert sorted(one.to[0] for one in mail.outbox) == sorted(one.email for one in people)
    assert {one for one, _ in state()} == {"sent"}


class Broken:
    """A mail server in trouble."""

    def __init__(self, error):
        self.error, self.sent = error, []

    def send_messages(self, messages):
        raise self.error

    def close(self):
        pass


def test_trouble_is_tried_again_later_and_given_up_in_the_end(monkeypatch):
    user, now = UserFactory(), NOW
    tell(user)
    monkeypatch.setattr(mail, "get_connection", lambda: Broken(smtplib.SMTPServerDisconnected("gone")))
    pauses = []
    for _ in range(outbox.ATTEMPTS):
        assert send(now) == {"failed": 1}
        row = Delivery.objects.get()
        pauses.append((row.due_at - now).total_seconds() / 60)
        now = max(row.due_at, now + timedelta(minutes=1))
    assert pauses[:-1] == [1, 2, 4, 8, 16, 32, 64]
    assert state() == [("dead", outbox.ATTEMPTS)]
    assert "gone" in row.trouble
    assert send(now + timedelta(days=1)) == {}


@pytest.mark.parametrize(("code", "end", "kept"), [(550, "dead", 1), (452, "waiting", 0)])
def test_an_address_that_a_server_does_not_know_is_not_asked_again(monkeypatch, code, end, kept):
    user = UserFactory()
    tell(user)
    refused = smtplib.SMTPRecipientsRefused({user.email: (code, b"no such user")})
    monkeypatch.setattr(mail, "get_connection", lambda: Broken(refused))
    send()
    assert state() == [(end, 1)]
    assert Suppression.objects.filter(email=user.email, cause="bounce").count() == kept
    assert operations.lift_suppression(by=user) is bool(kept)


def test_one_broken_mail_does_not_hold_up_the_others(monkeypatch):
    bad, good = UserFactory(), UserFactory()
    tell(bad, key="b")
    tell(good, key="g")
    from madang.ground.participation.delivery import letters

    whole = letters.notice_letter
    monkeypatch.setattr(
        letters, "notice_letter", lambda delivery, notice: 1 / 0 if delivery.user == bad else whole(delivery, notice)
    )
    assert send() == {"failed": 1, "sent": 1}
    assert "ZeroDivisionError" in Delivery.objects.get(user=bad).trouble


def test_a_worker_that_died_left_nothing_behind_and_one_that_comes_late_changes_nothing():
    tell(UserFactory())
    taken = outbox.claim(now=NOW)
    assert outbox.claim(now=NOW) is None, "another worker leaves it alone for the lease"
    assert send(NOW + outbox.LEASE + timedelta(seconds=1)) == {"sent": 1}
    outbox.finish(taken, outbox.Failed("too late", final=True), now=NOW)
    assert state() == [("sent", 2)]
    assert outbox.sweep(now=NOW + timedelta(days=100)) == 1 and Notice.objects.exists()


class TestUnsubscribe:
    def path(self, user, scope="group:outcome"):
        return urlsplit(tokens.unsubscribe_url(user, scope)).path

    def test_reading_the_page_changes_nothing_and_one_click_does(self):
        user, client = UserFactory(language="en"), Client(enforce_csrf_checks=True)
        page = client.get(self.path(user))
        assert page.status_code == 200 and "Turn these mails off?" in page.content.decode()
        assert user.email not in page.content.decode()
        assert not Choice.objects.exists()
        for _ in range(2):
            done = client.post(self.path(user), {"List-Unsubscribe": "One-Click"})
            assert done.status_code == 200 and "No more of these mails" in done.content.decode()
        chosen = Choice.objects.get()
        assert (chosen.user, chosen.group, chosen.mail) == (user, "outcome", "off")
        assert "no-store" in done["Cache-Control"] and not done.cookies

    def test_a_digests_click_stops_every_group_of_its_rhythm_and_no_other(self):
        user = UserFactory()
        Choice.objects.create(user=user, group="outcome", mail="weekly")
        Client().post(self.path(user, "rhythm:daily"))
        now_off = {one.group for one in Choice.objects.filter(mail="off")}
        assert now_off == {group.key for group in kinds.groups() if group.mail == "daily"}
        assert Choice.objects.get(group="outcome").mail == "weekly"

    @pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "nonsense", lambda t: t + "="])
    def test_an_address_that_we_did_not_sign_is_not_found(self, client, change):
        text = change(tokens.token(UserFactory(), "group:outcome"))
        assert client.post(f"/unsubscribe/{text}").status_code == 404
        assert not Choice.objects.exists()

    def test_a_token_for_one_thing_opens_nothing_else(self, client):
        user = UserFactory()
        client.post(self.path(user))
        assert client.get("/me/notices/").status_code == 302
        assert client.get(f"/unsubscribe/{tokens.token(user, 'group:nothing')}").status_code == 200


class TestBounces:
    SECRET = "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"

    def report(self, client, body, secret=SECRET, at=None):
        from standardwebhooks import Webhook

        at = at or datetime.now(tz=UTC)
        headers = {
            "webhook-id": "m1", "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign("m1", at, body),
        }  # fmt: skip
        return client.post("/notices/bounces", body, content_type="application/json", headers=headers)

    def test_without_a_secret_there_is_no_such_address(self, client):
        assert self.report(client, "{}").status_code == 404

    def test_only_signed_reports_of_our_own_people_count(self, client, settings):
        settings.BOUNCE_SECRET = self.SECRET
        user, full = UserFactory(), UserFactory()
        events = [
            {"type": "bounce", "email": user.email.upper(), "permanent": True, "detail": "550 5.1.1"},
            {"type": "bounce", "email": full.email, "permanent": False},
            {"type": "open", "email": full.email},
            {"type": "complaint", "email": "stranger@example.org"},
        ]
        body = json.dumps({"events": events})
        assert self.report(client, body, "whsec_" + "b3RoZXJvdGhlcm90aGVyb3RoZXI=").status_code == 401
        assert self.report(client, body, at=datetime.now(tz=UTC) - timedelta(minutes=10)).status_code == 401
        assert not Suppression.objects.exists()
        assert self.report(client, body).json() == {"taken": 1}
        assert self.report(client, body).json() == {"taken": 0}
        assert list(Suppression.objects.values_list("email", "cause")) == [(user.email, "bounce")]

    @pytest.mark.parametrize("body", ["[]", "{}", '{"events": [1]}', "no json", '{"events": 3}'])
    def test_a_report_that_says_nothing_is_refused(self, client, settings, body):
        settings.BOUNCE_SECRET = self.SECRET
        assert self.report(client, body).status_code == 422

    def test_a_complaint_is_not_lifted_by_oneself(self):
        user = UserFactory()
        operations.suppress(email=user.email, cause="complaint", detail="", now=NOW)
        assert not operations.lift_suppression(by=user) and Suppression.objects.exists()


def test_whoever_leaves_takes_their_browsers_watches_and_address_along():
    from madang.ground.participation import holdings
    from madang.ground.participation.models import Device, Watch
    from madang.ground.people import data

    user = UserFactory()
    Device.objects.create(user=user, endpoint="https://p/1", p256dh="secret", auth="secret", created_at=NOW)
    operations.watch(wanted=operations.Wanted(field="jobs"), by=user, now=NOW)
    operations.suppress(email=user.email, cause="bounce", detail="", now=NOW)
    for holding in (holdings.DEVICES, holdings.WATCHES, holdings.ADDRESS):
        exported = list(holding.export(user))
        assert len(exported) == 1 and "secret" not in str(exported)
        holding.erase(data.Leaving(user, keep_texts=True, now=NOW))
    assert not Device.objects.exists() and not Watch.objects.exists() and not Suppression.objects.exists()


def test_operators_hear_of_what_was_given_up():
    from madang.web.checks import outside

    tell(UserFactory())
    assert list(outside.deliveries()) == []
    Delivery.objects.update(state="dead", finished_at=timezone.now(), trouble="SMTPServerDisconnected: gone")
    (problem,) = outside.deliveries()
    assert problem.what.startswith("1 mails or pushes were given up")
