"""Votes: each counted once, the last one standing, whatever is retried and whoever else writes."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.explore.deliberations.models import Cast, Deliberation, Participant, Statement, Vote
from madang.explore.deliberations.operations.voting import Act, cast
from madang.explore.deliberations.queries.terms import forget_terms
from madang.ground.footing.lanes import Committer
from tests.factories import DeliberationFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew():
    forget_terms()


@pytest.fixture
def open_one():
    return DeliberationFactory(statements=4)


def act(participant, statement, value, key=None, at=None) -> Act:
    return Act(
        participant.deliberation_id, participant.pk, getattr(statement, "pk", statement), value, key or uuid.uuid4(),
        at or timezone.now(),
    )  # fmt: skip


def votes_of(participant) -> dict[int, int]:
    return dict(Vote.objects.filter(participant=participant).values_list("statement__number", "value"))


def told(outcomes) -> list[str]:
    return [f"{one.status} {one.reason}".strip() for one in outcomes]


def test_a_vote_counts_and_its_retry_changes_nothing(open_one):
    me, first = ParticipantFactory(deliberation=open_one), open_one.statements.first()
    same = act(me, first, 1)
    assert told(cast([same])) == ["counted"]
    assert told(cast([same])) == ["repeated"]
    assert told(cast([act(me, first, -1, key=same.key)])) == ["repeated"], "one key is one act, whatever it says later"
    assert votes_of(me) == {0: 1}
    assert Cast.objects.count() == 1


def test_the_last_word_stands_and_every_word_is_kept(open_one):
    me = ParticipantFactory(deliberation=open_one)
    first, second, *_ = open_one.statements.all()
    said = [act(me, first, 1), act(me, second, 0), act(me, first, -1), act(me, second, None)]
    assert told(cast(said)) == ["counted"] * 4
    assert votes_of(me) == {0: -1}
    assert list(Cast.objects.order_by("id").values_list("statement__number", "value")) == [
        (0, 1), (1, 0), (0, -1), (1, None),
    ]  # fmt: skip
    assert told(cast([act(me, second, 1)])) == ["counted"]
    assert votes_of(me) == {0: -1, 1: 1}


def test_the_same_key_twice_in_one_batch_counts_once(open_one):
    me, first = ParticipantFactory(deliberation=open_one), open_one.statements.first()
    same = act(me, first, 1)
    assert told(cast([same, same])) == ["counted", "repeated"]
    assert Cast.objects.count() == 1


def test_keys_of_two_people_do_not_meet(open_one):
    key, first = uuid.uuid4(), open_one.statements.first()
    one, other = ParticipantFactory.create_batch(2, deliberation=open_one)
    assert told(cast([act(one, first, 1, key), act(other, first, -1, key)])) == ["counted", "counted"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "hidden"}, "closed"),
        ({"closes_at": timezone.now() - timedelta(hours=1)}, "closed"),
        ({"opens_at": timezone.now() + timedelta(hours=1)}, "not_open"),
    ],
)
def test_outside_its_time_a_vote_is_refused_with_its_reason(open_one, change, reason):
    me, first = ParticipantFactory(deliberation=open_one), open_one.statements.first()
    Deliberation.objects.filter(pk=open_one.pk).update(**change)
    assert told(cast([act(me, first, 1)])) == [f"refused {reason}"]
    assert not Cast.objects.exists()


def test_a_retry_after_the_close_hears_that_its_vote_was_counted(open_one):
    me, first = ParticipantFactory(deliberation=open_one), open_one.statements.first()
    same = act(me, first, 1)
    cast([same])
    Deliberation.objects.filter(pk=open_one.pk).update(closes_at=timezone.now())
    forget_terms()
    late = act(me, first, 1, key=same.key)
    assert told(cast([late, act(me, first, -1)])) == ["repeated", "refused closed"]
    assert votes_of(me) == {0: 1}


def test_what_is_not_shown_or_not_there_cannot_be_voted_on(open_one):
    me = ParticipantFactory(deliberation=open_one)
    hidden = open_one.statements.last()
    Statement.objects.filter(pk=hidden.pk).update(status="waiting")
    elsewhere = DeliberationFactory(statements=1).statements.first()
    tried = [act(me, hidden, 1), act(me, elsewhere, 1), act(me, 2**62, 1), act(me, open_one.statements.first(), 1)]
    assert told(cast(tried)) == ["refused no_statement"] * 3 + ["counted"]


def test_a_deliberation_that_is_not_there_is_closed():
    ghost = Act(2**61, 1, 1, 1, uuid.uuid4(), timezone.now())
    assert told(cast([ghost])) == ["refused closed"]


def test_for_a_second_the_rules_are_remembered_and_fresh_asks_anew(open_one, django_assert_num_queries):
    me, first = ParticipantFactory(deliberation=open_one), open_one.statements.first()
    cast([act(me, first, 1)])
    Statement.objects.filter(pk=first.pk).update(status="rejected", reason="x", decided_at=timezone.now())
    with django_assert_num_queries(4):  # savepoint, lock, write, release: nothing is asked
        assert told(cast([act(me, first, -1)])) == ["counted"]
    assert told(cast([act(me, first, 1)], fresh=True)) == ["refused no_statement"]


# The database holds it too.


@pytest.mark.parametrize("value", [2, -2])
def test_no_other_value_is_ever_stored(open_one, value):
    me, first = ParticipantFactory(deliberation=open_one), open_one.statements.first()
    words = {"participant": me, "statement": first, "value": value, "cast_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(**words)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cast.objects.create(**words, client_key=uuid.uuid4())


def test_a_key_is_stored_once_for_a_participant(open_one):
    me, first = ParticipantFactory(deliberation=open_one), open_one.statements.first()
    cast([same := act(me, first, 1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Cast.objects.create(participant=me, statement=first, value=1, client_key=same.key, cast_at=same.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(participant=me, statement=first, value=1, cast_at=same.at)


# Real threads, real connections.


def in_threads(count, work):
    errors = []

    def guarded(number):
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    [one.start() for one in threads]
    [one.join(30) for one in threads]
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_one_vote_sent_by_many_threads_at_once_counts_once():
    deliberation = DeliberationFactory(statements=2)
    me, first = ParticipantFactory(deliberation=deliberation), deliberation.statements.first()
    same, outcomes = act(me, first, 1), []
    in_threads(8, lambda number: outcomes.extend(cast([same])))
    assert sorted(told(outcomes)) == ["counted"] + ["repeated"] * 7
    assert Cast.objects.count() == Vote.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_whatever_threads_write_at_once_the_last_cast_is_the_vote():
    """Six threads vote for the same three people in opposite orders: no deadlock, and each vote is its last cast."""
    deliberation = DeliberationFactory(statements=3)
    people = ParticipantFactory.create_batch(3, deliberation=deliberation)
    statements = list(deliberation.statements.all())

    def work(number):
        for turn in range(6):
            pairs = [(one, statement) for one in people for statement in statements]
            if number % 2:
                pairs.reverse()
            cast([act(one, statement, (number + turn) % 3 - 1) for one, statement in pairs])

    in_threads(6, work)
    assert Cast.objects.count() == 6 * 6 * 9
    for vote in Vote.objects.all():
        last = Cast.objects.filter(participant=vote.participant_id, statement=vote.statement_id).latest("id")
        assert last.value == vote.value
    assert Vote.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_goes_meanwhile_fails_alone_among_its_neighbors(monkeypatch):
    """The rules remember it for a while; the database does not. Through the committer the others are written."""
    monkeypatch.setattr("madang.explore.deliberations.queries.terms.STALE", 1000)
    deliberation = DeliberationFactory(statements=2)
    me, other = ParticipantFactory.create_batch(2, deliberation=deliberation)
    stays, goes = deliberation.statements.all()
    cast([act(me, stays, 1)])
    gone = goes.pk
    goes.delete()
    committer, results = Committer(cast, gather=0.1), {}

    def work(number):
        one, statement = (other, gone) if number == 0 else (me, stays)
        try:
            results[number] = told(committer.submit([act(one, statement, -1)]))
        except IntegrityError:
            results[number] = "failed"

    in_threads(5, work)
    in_committer_thread(committer)
    assert results == {0: "failed"} | {n: ["counted"] for n in range(1, 5)}
    assert Participant.objects.count() == 2
    assert Cast.objects.count() == 5


def in_committer_thread(committer):
    """Let the committer's own connection go, so that the test database can be emptied."""
    committer._write = lambda rows: [connection.close()]
    committer.submit([0])
