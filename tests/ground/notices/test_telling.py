"""A notice reaches whom it should, once, and plans what has to leave the house."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.participation import kinds, operations
from madang.ground.participation.models import (
    Choice,
    Delivery,
    Device,
    Digest,
    Fanout,
    Follow,
    Mute,
    Notice,
    NoticeSettings,
    Subject,
    Support,
)
from madang.ground.participation.operations import telling
from tests.factories import ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def tell(users, key="answered:1", **more):
    values = {"kind": "agenda_stage", "message": "%(a)s", "params": {"a": "가"}, "url": "/", "now": NOW}
    operations.tell(users=[user.pk for user in users], key=key, **{**values, **more})


def around(subject, key="moved:1", **more):
    values = {"kind": "agenda_stage", "message": "%(a)s", "params": {"a": "가"}, "url": "/", "now": NOW}
    operations.tell_around(subject=subject.pk, key=key, **{**values, **more})


def device(user, n=1):
    return Device.objects.create(user=user, endpoint=f"https://p/{user.pk}/{n}", p256dh="p", auth="a", created_at=NOW)


def test_without_a_choice_the_default_of_the_group_holds():
    user = UserFactory()
    tell([user])
    assert kinds.group_of("agenda_stage").mail == "now"
    assert list(Delivery.objects.values_list("channel", "state", "attempts")) == [("mail", "waiting", 0)]
    tell([user], key="new:1", kind="new")
    assert Notice.objects.get(kind="new").rhythm == "daily"
    assert Delivery.objects.count() == 1, "a notice for the digest plans no mail of its own"


@pytest.mark.parametrize(("mail", "push", "planned"), [
    ("now", True, ["mail", "push"]), ("now", False, ["mail"]), ("weekly", True, ["push"]), ("off", False, []),
])  # fmt: skip
def test_what_is_planned_follows_the_choice(mail, push, planned):
    user = UserFactory()
    device(user)
    device(user, 2)
    Choice.objects.create(user=user, group="outcome", mail=mail, push=push)
    tell([user])
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == planned
    assert Notice.objects.get().rhythm == mail


def test_an_unknown_kind_is_told_as_something_else():
    tell([UserFactory()], kind="nobody-registered-this")
    assert kinds.group_of("nobody-registered-this").key == "other"
    assert Notice.objects.get().rhythm == kinds.find_group("other").mail


def test_people_who_muted_it_or_left_hear_nothing_unless_it_is_their_own_affair():
    subject, muted, gone, other = ProposalFactory().subject, UserFactory(), UserFactory(is_active=False), UserFactory()
    operations.mute(subject_id=subject.pk, by=muted, now=NOW)
    tell([muted, gone, other], subject=subject.pk)
    assert Notice.objects.get().user == other
    kinds.register(kinds.Kind("test-own", "x", group="own", always=True))
    tell([muted], key="own:1", kind="test-own", subject=subject.pk)
    assert Notice.objects.filter(user=muted).count() == 1


def test_the_reason_is_the_weightiest():
    proposal, follower, supporter, other = ProposalFactory(), UserFactory(), UserFactory(), UserFactory()
    for person in (proposal.author, follower):
        operations.follow(subject_id=proposal.pk, by=person, now=NOW)
    for person in (follower, supporter):
        operations.support(subject_id=proposal.pk, by=person, now=NOW)
    tell([proposal.author, follower, supporter, other], subject=proposal.pk)
    around(proposal.subject)
    reasons = {"answered:1": [], "moved:1": []}
    for notice in Notice.objects.order_by("user_id"):
        reasons[notice.key.rpartition(":")[0]].append((notice.user, notice.reason))
    everybody = [(proposal.author, "author"), (follower, "follow"), (supporter, "support")]
    assert reasons == {"answered:1": [*everybody, (other, "direct")], "moved:1": everybody}


def test_following_ends_a_mute_and_needs_something_public():
    hidden, user = ProposalFactory(status="hidden"), UserFactory()
    with pytest.raises(operations.NotFollowableError):
        operations.follow(subject_id=hidden.pk, by=user, now=NOW)
    with pytest.raises(Subject.DoesNotExist):
        operations.follow(subject_id=2**60, by=user, now=NOW)
    open_one = ProposalFactory()
    operations.mute(subject_id=open_one.pk, by=user, now=NOW)
    operations.follow(subject_id=open_one.pk, by=user, now=NOW)
    assert not Mute.objects.exists()
    assert not operations.unmute(subject_id=open_one.pk, by=user)


def crowd(subject, followers, supporters=0):
    people = UserFactory.create_batch(max(followers, supporters))
    Follow.objects.bulk_create(Follow(subject=subject, user=one, created_at=NOW) for one in people[:followers])
    Support.objects.bulk_create(Support(subject=subject, user=one, created_at=NOW) for one in people[:supporters])
    return people


def test_few_are_told_at_once_and_many_page_by_page(monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 3)
    proposal = ProposalFactory()
    people = crowd(proposal.subject, 8, 5)
    around(proposal.subject, except_user=people[0].pk)
    assert Notice.objects.count() == 3
    assert Fanout.objects.get().done_at is None
    late = UserFactory()
    Follow.objects.create(subject=proposal.subject, user=late, created_at=NOW + timedelta(seconds=1))
    assert operations.fan_out(now=NOW, batch=2) == 5
    told = set(Notice.objects.values_list("user_id", flat=True))
    assert told == {one.pk for one in people[1:]} | {proposal.author_id}, "not the actor, nor who came later"
    assert Fanout.objects.get().done_at == NOW
    around(proposal.subject, except_user=people[0].pk)
    operations.fan_out(now=NOW)
    assert Notice.objects.count() == Delivery.objects.count() == 8


def test_many_named_people_are_planned_for_a_job(monkeypatch):
    monkeypatch.setattr(telling, "AT_ONCE", 3)
    people = UserFactory.create_batch(7)
    tell(people)
    tell(people)
    assert Notice.objects.count() == 0 and Fanout.objects.count() == 2
    assert operations.fan_out(now=NOW, batch=3) == 14
    assert Notice.objects.count() == 7
    telling.forget_fanouts(now=NOW + timedelta(days=40))
    assert not Fanout.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_telling_twice_at_once_tells_once(monkeypatch):
    monkeypatch.setattr(telling, "_defer", lambda task: None)
    people, errors, start = UserFactory.create_batch(20), [], threading.Barrier(6)

    def work(reverse):
        try:
            start.wait()
            for n in range(5):
                tell(people[::-1] if reverse else people, key=f"race:{n}")
        except Exception as error:  # noqa: BLE001 - what a thread raises would else be lost
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n % 2,)) for n in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not errors
    assert Notice.objects.count() == Delivery.objects.count() == 100


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_a_fan_out(monkeypatch):
    monkeypatch.setattr(telling, "_defer", lambda task: None)
    monkeypatch.setattr(telling, "AT_ONCE", 1)
    subjects = [ProposalFactory().subject for _ in range(3)]
    people = crowd(subjects[0], 40)
    for subject in subjects[1:]:
        Follow.objects.bulk_create(Follow(subject=subject, user=one, created_at=NOW) for one in people)
    for subject in subjects:
        around(subject, key=f"moved:{subject.pk}")

    def work():
        try:
            operations.fan_out(now=NOW, batch=3)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    operations.fan_out(now=NOW)
    assert Notice.objects.count() == 3 * 41
    assert not Fanout.objects.filter(done_at=None).exists()


@pytest.mark.parametrize("broken", [
    lambda user, subject: Choice.objects.create(user=user, group="talk", mail="hourly"),
    lambda user, subject: Choice.objects.create(user=user, group="", mail="now"),
    lambda user, subject: NoticeSettings.objects.create(user=user, quiet_from="22:00"),
    lambda user, subject: NoticeSettings.objects.create(user=user, quiet_from="22:00", quiet_to="22:00"),
    lambda user, subject: Digest.objects.create(user=user, rhythm="now", day=NOW.date(), created_at=NOW),
    lambda user, subject: Delivery.objects.create(user=user, channel="mail", due_at=NOW, created_at=NOW),
    lambda user, subject: Notice.objects.create(user=user, kind="a", text={}, url="/", key="k", created_at=NOW, rhythm="x"),
    lambda user, subject: Notice.objects.create(user=user, kind="a", text={}, url="/", key="k", created_at=NOW, reason="x"),
    lambda user, subject: Device.objects.create(user=user, endpoint="ftp://x", p256dh="a", auth="b", created_at=NOW),
    lambda user, subject: Device.objects.create(user=user, endpoint="https://x", p256dh="", auth="b", created_at=NOW),
    lambda user, subject: Fanout.objects.create(kind="a", text={}, url="/", key="k", created_at=NOW),
    lambda user, subject: [Mute.objects.create(user=user, subject=subject, created_at=NOW) for _ in "12"],
    lambda user, subject: [Choice.objects.create(user=user, group="talk", mail="now") for _ in "12"],
    lambda user, subject: [Digest.objects.create(user=user, rhythm="daily", day=NOW.date(), created_at=NOW) for _ in "12"],
])  # fmt: skip
def test_the_database_refuses(broken):
    user, subject = UserFactory(), ProposalFactory().subject
    with pytest.raises(IntegrityError), transaction.atomic():
        broken(user, subject)


@pytest.mark.parametrize("changed", [
    {"state": "dead", "finished_at": NOW}, {"state": "sent"}, {"finished_at": NOW}, {"channel": "mail", "pk": None},
])  # fmt: skip
def test_a_delivery_is_finished_once_and_dead_for_a_reason(changed):
    tell([UserFactory()])
    delivery = Delivery.objects.get()
    for name, value in changed.items():
        setattr(delivery, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        delivery.save()
