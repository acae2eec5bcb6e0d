"""What a stage asks for, what an officer may set aside, and who wins when two decide at once."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from madang.ground.agenda import operations, stages
from madang.ground.agenda.events import Event, announce
from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.record.models import Entry
from madang.plan.routing.models import Assignment
from tests.factories import AgendaItemFactory, OfficeFactory, officer_at, suwon

NOW = timezone.now()


def move(item, stage, by=None, **more):
    return operations.set_stage(item=item, stage=stage, reason="까닭", by=by, now=NOW, **more)


def owned(item, by):
    office = OfficeFactory(place=item.place)
    return Assignment.objects.create(
        item=item, office=office, follows_suggestion=False, reason="소관", assigned_by=by, assigned_at=NOW, due_at=NOW,
        escalates_at=NOW, status="accepted", answered_by=by, answered_at=NOW,
    )  # fmt: skip


@pytest.mark.django_db
class TestRules:
    def test_an_item_without_voices_is_not_planned(self, world):
        world.item.voice_count = 0
        world.item.save()
        with pytest.raises(operations.RuleUnmetError) as refused:
            move(world.item, "plan", world.officer)
        assert [rule.key for rule in refused.value.rules] == ["voices"]
        assert not Entry.objects.exists()
        assert AgendaItem.objects.get(pk=world.item.pk).stage == Stage.EXPLORE

    def test_practice_needs_an_office_that_has_accepted(self, world):
        item = move(world.item, "plan", world.officer)
        way = stages.way(item, "practice")
        assert not way.open and way.passable
        assert way.unmet[0].where(item) == f"/routing/{item.pk}/"
        with pytest.raises(operations.RuleUnmetError):
            move(item, "practice", world.officer)
        owned(item, world.officer)
        assert stages.way(item, "practice").open
        assert move(item, "practice", world.officer).stage == "practice"
        assert "forced" not in Entry.objects.filter(kind="stage").last().data

    def test_an_officer_goes_ahead_and_the_record_says_so(self, world):
        item = move(world.item, "plan", world.officer)
        move(item, "practice", world.officer, forced=True)
        entry = Entry.objects.filter(kind="stage", subject=item.subject).last()
        assert entry.data == {"from": "plan", "to": "practice", "forced": True, "unmet": ["owner"]}

    def test_what_cannot_be_set_aside_is_not(self, world):
        operations.refer(item=world.item, to=world.province, reason="도에서", by=world.officer, now=NOW)
        assert not stages.way(world.item, "closed").passable
        with pytest.raises(operations.RuleUnmetError):
            move(world.item, "closed", world.officer, forced=True)

    def test_every_transition_is_declared_once_and_reaches_a_stage(self):
        keys = [one.key for one in stages.TRANSITIONS]
        assert len(keys) == len(set(keys))
        assert {one.source for one in stages.TRANSITIONS} == set(Stage.values)
        assert {one.target for one in stages.TRANSITIONS} == set(Stage.values)

    def test_the_stage_that_was_seen_must_be_the_one_that_is(self, world):
        move(world.item, "plan", world.officer)
        with pytest.raises(operations.StageNotAllowedError):
            move(world.item, "closed", world.officer, seen="explore")


@pytest.mark.django_db
class TestConstraints:
    def test_no_stage_but_the_five(self, world):
        with pytest.raises(IntegrityError, match="agenda_stage_known"), transaction.atomic():
            AgendaItem.objects.filter(pk=world.item.pk).update(stage="dreaming")

    def test_a_merged_item_is_closed_and_never_in_itself(self, world):
        other = AgendaItemFactory(place=world.place)
        for values in ({"merged_into": other}, {"merged_into": world.item, "stage": "closed"}):
            with pytest.raises(IntegrityError, match="agenda_merged_is_closed"), transaction.atomic():
                AgendaItem.objects.filter(pk=world.item.pk).update(**values)

    def test_an_event_that_nobody_knows_is_a_mistake(self, world):
        with pytest.raises(ValueError, match="no event of an item"):
            announce(Event("vanished", world.item, None, NOW))


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_wins_and_the_other_is_told():
    item = AgendaItemFactory(place=suwon(), voice_count=1)
    officers, results, gate = [officer_at(suwon()) for _ in range(4)], [], threading.Barrier(4)

    def decide(number):
        try:
            gate.wait()
            move(item, "plan" if number % 2 else "closed", officers[number], seen="explore")
            results.append("moved")
        except operations.StageNotAllowedError as told:
            results.append(str(told))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert results.count("moved") == 1
    assert len(results) == 4 and all(results)
    assert Entry.objects.filter(subject=item.subject).count() == 1
