"""Referral upwards and delegation downwards: deadline, answer, escalation."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.agenda import operations, queries
from madang.ground.agenda.models import AgendaItem, Referral
from madang.ground.agenda.permissions import ANSWER_REFERRAL, EDIT
from madang.ground.agenda.queries.sharing import desk_of
from madang.ground.participation.models import Notice, Subject
from madang.ground.people.permissions import can
from madang.ground.places.operations import set_settings
from madang.ground.record.models import Entry
from madang.plan.routing.models import Assignment
from tests.factories import AgendaItemFactory, gyeonggi, officer_at, suwon
from tests.ground.agenda.test_stages import owned

NOW = timezone.now()


def refer(world, to=None, item=None):
    return operations.refer(
        item=item or world.item, to=to or world.province, reason="두 시에 걸친 일입니다.", by=world.officer, now=NOW
    )


def answer(referral, by, outcome="taken_over", reason="도가 맡겠습니다."):
    return operations.answer_referral(referral=referral, outcome=outcome, reason=reason, by=by, now=NOW)


@pytest.mark.django_db
class TestReferrals:
    def test_the_deadline_is_that_of_the_place_asked(self, world):
        set_settings(place=world.province, values={"referral_days": 3})
        referral = refer(world)
        assert referral.due_at == NOW + timedelta(days=3)
        assert Notice.objects.filter(user=world.above, kind__endswith="_referred").count() == 1
        assert desk_of(world.above, now=NOW).waiting == 1
        assert [one.pk for one in desk_of(world.officer, now=NOW).asked_referrals] == [referral.pk]

    def test_taken_over_the_item_moves_and_its_city_takes_part(self, world):
        owned(world.item, world.officer)
        answer(refer(world), world.above)
        item = AgendaItem.objects.get(pk=world.item.pk)
        assert item.place == world.province and Subject.objects.get(item=item).place == world.province
        assert Assignment.objects.get().status == "replaced" and item.owner is None
        assert not can(world.officer, EDIT, item)
        assert [one.key for one in queries.around_of(queries.in_full(item.pk)).partners] == ["41110"]
        assert [one.pk for one in queries.items_page(place=world.place).rows] == [item.pk]
        entry = Entry.objects.get(kind="referral_answered")
        assert entry.place == world.province and entry.data["step"] == "taken_over"

    def test_taken_jointly_the_item_stays(self, world):
        answer(refer(world), world.above, outcome="joint")
        item = AgendaItem.objects.get(pk=world.item.pk)
        assert item.place == world.place
        assert [one.key for one in queries.around_of(queries.in_full(item.pk)).partners] == ["41"]

    def test_sent_back_with_a_reason_and_referred_anew(self, world):
        first = refer(world)
        with pytest.raises(operations.ReferralError):
            refer(world)
        with pytest.raises(operations.ReasonMissingError):
            answer(first, world.above, outcome="sent_back", reason="")
        answer(first, world.above, outcome="sent_back", reason="시의 사무입니다.")
        with pytest.raises(operations.ReferralError):
            answer(first, world.above)
        assert refer(world).status == "waiting"

    def test_withdrawn_by_those_who_asked(self, world):
        operations.withdraw_referral(referral=refer(world), reason="직접 하겠습니다.", by=world.officer, now=NOW)
        assert Referral.objects.get().status == "withdrawn"

    def test_only_upwards_or_down_to_a_place_inside(self, world):
        with pytest.raises(operations.ReferralError):
            refer(world, to=world.other)
        item = AgendaItemFactory(place=world.province)
        down = operations.refer(item=item, to=world.other, reason="현장이 용인입니다.", by=world.above, now=NOW)
        assert can(world.partner, ANSWER_REFERRAL, down) and not can(world.above, ANSWER_REFERRAL, down)
        answer(down, world.partner)
        assert AgendaItem.objects.get(pk=item.pk).place == world.other

    def test_who_asked_does_not_answer(self, world):
        referral = refer(world)
        assert can(world.above, ANSWER_REFERRAL, referral)
        assert not can(world.officer, ANSWER_REFERRAL, referral)
        assert not can(world.partner, ANSWER_REFERRAL, referral)

    def test_overdue_is_reported_once(self, world):
        referral = refer(world)
        late = referral.due_at + timedelta(hours=1)
        assert operations.escalate_referrals(now=referral.due_at - timedelta(hours=1)) == 0
        assert [operations.escalate_referrals(now=late) for _ in range(2)] == [1, 0]
        assert Entry.objects.filter(kind="escalated").count() == 1
        assert {n.user_id for n in Notice.objects.filter(created_at=late)} == {world.officer.pk, world.above.pk}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"target": "origin"}, "referral_to_another_place"),
        ({"reason": ""}, "referral_with_reason"),
        ({"due_at": NOW - timedelta(days=1)}, "referral_due_after_asking"),
        ({"status": "taken_over"}, "referral_answered"),
        ({"answered_at": NOW}, "referral_answered"),
        ({"status": "sent_back", "answered_at": NOW}, "referral_sent_back_with_reason"),
    ],
)
def test_a_referral_is_whole(world, values, name):
    row = {
        "item": world.item, "origin": world.place, "target": world.province, "reason": "까닭", "asked_at": NOW,
        "due_at": NOW + timedelta(days=1), **values,
    }  # fmt: skip
    row["target"] = world.place if row["target"] == "origin" else row["target"]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Referral.objects.create(**row)


@pytest.mark.django_db
def test_one_referral_waits_at_a_time(world):
    first = refer(world)
    first.pk = None
    with pytest.raises(IntegrityError, match="one_referral_waiting"), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_answered_and_withdrawn_at_once_has_one_end():
    item, province = AgendaItemFactory(place=suwon()), gyeonggi()
    officer, above = officer_at(suwon()), officer_at(province)
    referral = operations.refer(item=item, to=province, reason="까닭", by=officer, now=NOW)
    results, gate = [], threading.Barrier(3)
    acts = [
        lambda: answer(referral, above),
        lambda: answer(referral, above, outcome="sent_back"),
        lambda: operations.withdraw_referral(referral=referral, reason="철회", by=officer, now=NOW),
    ]

    def run(act):
        try:
            gate.wait()
            act()
            results.append("done")
        except operations.ReferralError as told:
            results.append(str(told))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert results.count("done") == 1 and len(results) == 3
    assert Entry.objects.filter(kind="referral_answered").count() == 1
