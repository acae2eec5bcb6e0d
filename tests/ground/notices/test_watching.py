"""Whoever watches a place, a field, words, an office or a person hears of what is new there, and only there."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.participation import operations
from madang.ground.participation.models import Mute, Notice, Subject, Watch
from madang.ground.participation.operations import watching
from madang.ground.participation.queries import following
from madang.ground.participation.search import index
from tests.factories import OfficeFactory, PlaceFactory, ProposalFactory, UserFactory, gyeonggi, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def watch(user=None, **wanted):
    return operations.watch(wanted=operations.Wanted(**wanted), by=user or UserFactory(), now=NOW)


def read(*proposals):
    """Have the search read these, as its job does."""
    index.mark_waiting([one.pk for one in proposals])
    for one in proposals:
        index.index_subject_now(one.pk)
    Subject.objects.filter(pk__in=[one.pk for one in proposals])
    from madang.ground.participation.models import SearchDocument

    SearchDocument.objects.update(waiting=False)


def told():
    return set(Notice.objects.values_list("user_id", flat=True))


def test_every_criterion_has_to_hold():
    seoul = PlaceFactory(code="11680", name_ko="강남구", parent__code="11", parent__name_ko="서울특별시")
    proposal = ProposalFactory(
        place=suwon(), field="jobs", title="버스 정류장에 의자를", body="버스를 오래 기다립니다."
    )
    hears = [
        watch(place=suwon()), watch(place=gyeonggi()), watch(field="jobs"), watch(words="버스 정류장"),
        watch(author=proposal.author), watch(place=suwon(), field="jobs", words="버스"),
    ]  # fmt: skip
    watch(place=seoul), watch(field="housing_safety"), watch(words="지하철"), watch(place=seoul, words="버스")
    watch(author=UserFactory()), watch(office=OfficeFactory()), watch(user=proposal.author, place=suwon())
    read(proposal)
    assert operations.announce_new(now=NOW) == 1
    assert told() == {one.user_id for one in hears}
    assert set(Notice.objects.values_list("watch_id", flat=True)) == {one.pk for one in hears}
    assert operations.announce_new(now=NOW) == 0
    assert Notice.objects.count() == len(hears)


def test_whoever_watches_twice_is_told_once_and_a_mute_holds():
    user, muted, proposal = UserFactory(), UserFactory(), ProposalFactory()
    first = watch(user, place=proposal.place)
    watch(user, field=proposal.field)
    watch(muted, place=proposal.place)
    Mute.objects.create(user=muted, subject=proposal.subject, created_at=NOW)
    read(proposal)
    operations.announce_new(now=NOW)
    assert list(Notice.objects.values_list("user_id", "watch_id", "reason")) == [(user.pk, first.pk, "watch")]


def test_what_is_unread_or_hidden_waits_and_what_is_old_is_no_news():
    reader = watch(place=suwon()).user
    unread, hidden = ProposalFactory(place=suwon()), ProposalFactory(place=suwon(), status="hidden")
    old = ProposalFactory(place=suwon(), created_at=NOW - timedelta(days=3))
    read(hidden, old)
    index.mark_waiting([unread.pk])
    assert operations.announce_new(now=NOW) == 0 and not Notice.objects.exists()
    hidden.status = "open"
    hidden.save()
    read(unread)
    assert operations.announce_new(now=NOW) == 2
    assert Notice.objects.filter(user=reader).count() == 2
    assert Subject.objects.get(pk=old.pk).announced_at == NOW


def test_asking_twice_changes_nothing_and_ending_it_ends_it():
    user = UserFactory()
    one = watch(user, words="  버스   정류장 ")
    assert watch(user, words="버스 정류장") == one and one.terms == ["버스", "정류장"]
    assert following.watches_for(user, words="버스 정류장") == one.pk
    assert not operations.unwatch(watch_id=one.pk, by=UserFactory())
    assert operations.unwatch(watch_id=one.pk, by=user)
    assert following.watches_for(user, words="버스 정류장") is None


@pytest.mark.parametrize("wanted", [{}, {"words": "  "}, {"words": "·"}])
def test_what_cannot_be_watched_is_refused(wanted):
    with pytest.raises(operations.WatchRefusedError):
        watch(**wanted)


def test_nobody_watches_themselves_or_everything(monkeypatch):
    user = UserFactory()
    with pytest.raises(operations.WatchRefusedError):
        watch(user, author=user)
    monkeypatch.setattr(watching, "WATCHES", 1)
    watch(user, field="jobs")
    with pytest.raises(operations.WatchRefusedError):
        watch(user, field="housing_safety")


def test_a_watch_in_words():
    one = watch(words="버스", place=suwon(), field="jobs")
    assert following.describe(one) == "“버스” · 수원시 · 전 세대 일자리" or "버스" in following.describe(one)


@pytest.mark.parametrize("fields", [
    {}, {"words": "버스"}, {"terms": ["버스"], "field": "jobs"}, {"field": "gardens"}, {"author": "self"},
])  # fmt: skip
def test_the_database_refuses(fields):
    user = UserFactory()
    fields = {key: user if value == "self" else value for key, value in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.create(user=user, created_at=NOW, **fields)


@pytest.mark.django_db(transaction=True)
def test_asking_and_announcing_at_once(monkeypatch):
    from madang.ground.participation.operations import telling

    monkeypatch.setattr(telling, "_defer", lambda task: None)
    user, place = UserFactory(), suwon()
    proposals = [ProposalFactory(place=place) for _ in range(6)]
    read(*proposals)
    errors = []

    def run(work):
        def safely():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - what a thread raises would else be lost
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=safely) for _ in range(5)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]

    run(lambda: watch(user, place=place))
    assert Watch.objects.count() == 1
    run(lambda: operations.announce_new(now=NOW, batch=2))
    operations.announce_new(now=NOW)
    assert not errors
    assert Notice.objects.filter(user=user).count() == 6
