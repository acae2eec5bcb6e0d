"""Asking an office, its answer, and what happens when none comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from madang.ground.agenda.models import Stage
from madang.ground.participation.models import Notice
from madang.ground.places.operations import set_settings
from madang.ground.record.models import Entry
from madang.plan.routing import operations, queries
from madang.plan.routing.models import Assignment
from madang.plan.routing.operations import RoutingError
from tests.factories import OfficeFactory, PlaceFactory, UserFactory, gyeonggi, officer_at, staff_of
from tests.plan.routing_world import NOW, TRAFFIC

BUS = ("버스 정류장에 그늘막을 놓아 주세요", "시내버스 정류장이 뜨겁습니다. 버스 배차 간격도 깁니다.")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def accept(assignment, **fields):
    by = fields.pop("by", None) or UserFactory()
    return operations.answer(assignment=assignment, accept=True, reason="", by=by, now=NOW, **fields)


def hand_back(assignment, reason="우리 부서의 일이 아닙니다.", **fields):
    by = fields.pop("by", None) or UserFactory()
    return operations.answer(assignment=assignment, accept=False, reason=reason, by=by, now=NOW, **fields)


def kinds(item):
    return list(Entry.objects.filter(subject=item.subject).order_by("id").values_list("kind", flat=True))


def test_confirming_follows_the_suggestion(world):
    item = world.item("버스 정류장 그늘막", BUS)
    operations.suggest_owner(item=item, now=NOW)
    made = world.asked(item)
    assert made.follows_suggestion
    assert made.due_at == NOW + timedelta(days=7)
    assert made.escalates_at == NOW + timedelta(days=14)
    assert kinds(item) == ["routed", "assigned"]


def test_overriding_says_so(world):
    item = world.item("버스 정류장 그늘막", BUS)
    operations.suggest_owner(item=item, now=NOW)
    assert not world.asked(item, world.care).follows_suggestion


def test_the_days_are_those_of_the_place(world):
    set_settings(place=world.place, values={"response_days": 3, "escalation_days": 5})
    made = world.asked()
    assert (made.due_at, made.escalates_at) == (NOW + timedelta(days=3), NOW + timedelta(days=5))


def test_nothing_is_escalated_before_it_is_due(world):
    set_settings(place=world.place, values={"response_days": 10, "escalation_days": 5})
    made = world.asked()
    assert made.escalates_at == made.due_at


@pytest.mark.parametrize("reason", ["", "   "])
def test_asking_needs_a_reason(world, reason):
    with pytest.raises(RoutingError, match="reason"):
        operations.assign(item=world.item(), office=world.bus, reason=reason, by=world.officer, now=NOW)


def test_an_office_of_another_place_is_refused(world):
    elsewhere = OfficeFactory(place=PlaceFactory(code="41130", name_ko="성남시", name_en="Seongnam-si"))
    with pytest.raises(RoutingError, match="another place"):
        world.asked(office=elsewhere)


def test_an_office_of_the_province_may_be_asked(world):
    assert world.asked(office=OfficeFactory(place=gyeonggi())).pk


def test_a_closed_item_is_not_routed(world):
    with pytest.raises(RoutingError, match="closed"):
        world.asked(world.item(stage=Stage.CLOSED))


def test_a_second_office_is_not_asked_while_the_first_has_time(world):
    item = world.item()
    world.asked(item)
    with pytest.raises(RoutingError, match="asked already"):
        world.asked(item, world.care)


def test_what_an_office_accepted_is_not_given_away(world):
    item = world.item()
    accept(world.asked(item))
    with pytest.raises(RoutingError, match="accepted"):
        world.asked(item, world.care)


def test_accepting_makes_the_office_the_owner(world):
    item, staff = world.item(), UserFactory()
    done = accept(world.asked(item), by=staff)
    item.refresh_from_db()
    assert (done.status, done.answered_by, item.owner) == ("accepted", staff, world.bus)
    assert kinds(item) == ["assigned", "accepted"]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_handing_back_needs_a_reason(world, reason):
    with pytest.raises(RoutingError, match="why"):
        hand_back(world.asked(), reason)


def test_after_handing_back_another_office_is_asked(world):
    item = world.item()
    hand_back(world.asked(item))
    world.asked(item, world.care)
    item.refresh_from_db()
    assert item.owner is None
    assert kinds(item) == ["assigned", "handed_back", "assigned"]


def test_an_answer_stands(world):
    made = world.asked()
    accept(made)
    for again in (accept, hand_back):
        with pytest.raises(RoutingError, match="already"):
            again(made)


def test_an_office_may_hand_back_what_it_accepted_if_it_says_so(world):
    item = world.item()
    made = world.asked(item)
    accept(made)
    hand_back(made, seen=Assignment.Status.ACCEPTED)
    item.refresh_from_db()
    assert item.owner is None
    with pytest.raises(RoutingError):
        accept(made, seen=Assignment.Status.HANDED_BACK)


def test_staff_are_told_and_the_officer_hears_the_answer(world):
    staff = staff_of(world.bus)
    made = world.asked()
    hand_back(made)
    assert set(Notice.objects.values_list("user", "kind")) == {
        (staff.pk, "routing_assigned"),
        (world.officer.pk, "routing_handed_back"),
    }


def test_an_unanswered_assignment_is_escalated_once(world):
    above = staff_of(world.bureau)
    item = world.item()
    world.asked(item)
    day = timedelta(days=1)
    assert operations.escalate_overdue(now=NOW + 13 * day) == 0
    assert operations.escalate_overdue(now=NOW + 14 * day) == 1
    assert operations.escalate_overdue(now=NOW + 15 * day) == 0
    assert Entry.objects.get(kind="escalated").office == world.bureau
    told = set(Notice.objects.filter(kind="routing_escalated").values_list("user", flat=True))
    assert told == {above.pk, world.officer.pk}


def test_without_an_office_above_it_goes_to_the_innovation_officer(world):
    world.asked(office=world.library)
    operations.escalate_overdue(now=NOW + timedelta(days=14))
    assert Entry.objects.get(kind="escalated").office == world.sio


def test_an_answered_assignment_is_not_escalated(world):
    accept(world.asked())
    assert operations.escalate_overdue(now=NOW + timedelta(days=90)) == 0


def test_places_that_wait_longer_do_not_hold_up_the_others(world):
    other = PlaceFactory(code="41130", name_ko="성남시", name_en="Seongnam-si")
    set_settings(place=other, values={"response_days": 1, "escalation_days": 60})
    slow = OfficeFactory(place=other, mandate=TRAFFIC)
    for _ in range(3):
        item = world.item()
        item.place = other
        item.save()
        world.asked(item, slow)
    world.asked()
    assert operations.escalate_overdue(now=NOW + timedelta(days=14), limit=1) == 1


def test_after_escalation_another_office_replaces_the_silent_one(world):
    item = world.item()
    silent = world.asked(item)
    later = NOW + timedelta(days=14)
    operations.escalate_overdue(now=later)
    world.asked(item, world.care, now=later)
    silent.refresh_from_db()
    assert silent.status == "replaced"
    assert queries.assignment_in_force(item).office == world.care
    with pytest.raises(RoutingError, match="already"):
        accept(silent)


def test_an_escalated_assignment_may_still_be_accepted(world):
    made = world.asked()
    operations.escalate_overdue(now=NOW + timedelta(days=14))
    assert accept(made).status == "accepted"


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": ""},
        {"status": "accepted"},
        {"status": "handed_back", "answered_at": NOW, "answer_reason": ""},
    ],
)
def test_the_database_refuses_what_operations_would_not_write(world, fields):
    made = world.asked()
    if "answered_at" in fields:
        fields["answered_by"] = world.officer
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=made.pk).update(**fields)


def test_the_database_holds_one_assignment_in_force(world):
    made = world.asked()
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_items_wait_oldest_first_at_the_officers_own_places_only(world):
    first, second = world.item("하나"), world.item("둘")
    assert [item.title for item in queries.waiting_page(world.officer, after="").rows] == ["하나", "둘"]
    assert queries.waiting_page(officer_at(gyeonggi()), after="").rows == [first, second]
    elsewhere = officer_at(PlaceFactory(code="41130", name_ko="성남시", name_en="Seongnam-si"))
    assert queries.waiting_page(elsewhere, after="").rows == []
    world.asked(first)
    assert queries.waiting_page(world.officer, after="").rows == [second]


def test_the_thread_panel(world):
    item = world.item()
    assert queries.panel(item, None) == {}
    operations.suggest_owner(item=item, now=NOW)
    assert queries.panel(item, None)["suggestion"].item_id == item.pk
    made = world.asked(item)
    assert queries.panel(item, None)["current"] == made
    hand_back(made)
    assert queries.panel(item, None)["handed_back"].pk == made.pk
