"""Measures: begun, changed, carried out, shown."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from madang.ground.agenda.lineage import registered
from madang.ground.footing.pictures import prepare
from madang.ground.participation.models import Follow, Notice
from madang.ground.record.models import Entry
from madang.plan.measures import operations
from madang.plan.measures.models import Measure, Milestone, Spending
from madang.plan.measures.queries import dated, reading
from madang.plan.measures.templatetags.measures import short_won, won
from tests.factories import (
    AgendaItemFactory,
    MeasureFactory,
    OfficeFactory,
    PlaceFactory,
    UserFactory,
    officer_at,
    staff_of,
    suwon,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
TYPED = {"title": "보안등 교체", "body": "교체한다.", "budget": 50_000_000}


@pytest.fixture
def measure():
    return MeasureFactory(place=suwon(), office=OfficeFactory(place=suwon()))


@pytest.fixture
def officer():
    return officer_at(suwon())


def gangnam():
    return PlaceFactory(code="11680", name_ko="강남구", parent__code="11", parent__name_ko="서울특별시")


def entries(measure):
    return list(Entry.objects.filter(subject=measure.record_key).order_by("id"))


def photo(description="현장"):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, "JPEG")
    data.seek(0)
    return prepare(file=data, name="a.jpg", description=description)


def test_a_measure_begins_on_its_item_and_stands_on_the_record(officer):
    item = AgendaItemFactory(place=suwon())
    measure = operations.start(place=item.place, item=item, typed=TYPED, by=officer, now=NOW)
    assert measure.status == "planned" and measure.item == item
    entry = Entry.objects.get(kind="measure_started")
    assert entry.subject == item.subject and entry.data["measure"] == measure.pk and entry.actor == officer
    assert [one.pk for one in reading.panel(item, officer)["measures"]] == [measure.pk]


def test_without_measures_the_thread_page_says_nothing_to_a_citizen():
    item = AgendaItemFactory(place=suwon())
    assert reading.panel(item, UserFactory()) == {}
    assert reading.panel(item, officer_at(suwon()))["may_start"]


def test_days_in_the_wrong_order_are_refused_and_leave_nothing(officer):
    typed = TYPED | {"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}
    with pytest.raises(operations.MeasureError, match="종료일이"):
        operations.start(place=suwon(), typed=typed, by=officer, now=NOW)
    assert not Measure.objects.exists() and not Entry.objects.filter(kind="measure_started").exists()


def test_a_change_needs_a_reason_and_a_difference(measure, officer):
    with pytest.raises(operations.MeasureError, match="사유"):
        operations.revise(measure=measure, typed={"budget": 1}, reason=" ", by=officer, now=NOW)
    with pytest.raises(operations.MeasureError, match="바뀐 내용"):
        operations.revise(measure=measure, typed={"title": measure.title}, reason="a", by=officer, now=NOW)
    operations.revise(measure=measure, typed={"budget": 7}, reason="증액", by=officer, now=NOW)
    measure.refresh_from_db()
    assert measure.budget == 7
    assert entries(measure)[-1].data == {"fields": ["budget"], "budget": 7}


@pytest.mark.parametrize(
    ("before", "after", "open_"),
    [
        ("planned", "underway", True), ("planned", "done", False), ("planned", "stopped", True),
        ("underway", "done", True), ("underway", "planned", False), ("done", "underway", True),
        ("done", "stopped", False), ("stopped", "underway", True), ("stopped", "done", False),
    ],
)  # fmt: skip
def test_states_follow_each_other(measure, officer, before, after, open_):
    Measure.objects.filter(pk=measure.pk).update(status=before, status_reason="까닭")
    if open_:
        done = operations.set_status(measure=measure, status=after, reason="까닭", by=officer, now=NOW)
        assert done.status == after and entries(measure)[-1].data == {"status": after}
    else:
        with pytest.raises(operations.MeasureError):
            operations.set_status(measure=measure, status=after, reason="까닭", by=officer, now=NOW)
        measure.refresh_from_db()
        assert measure.status == before


def test_to_stop_needs_a_reason_and_followers_hear_it_in_their_language(measure, officer):
    reader = UserFactory()
    Follow.objects.create(subject=measure.subject, user=reader, created_at=NOW)
    with pytest.raises(operations.MeasureError, match="이유"):
        operations.set_status(measure=measure, status="stopped", reason="", by=officer, now=NOW)
    operations.set_status(measure=measure, status="stopped", reason="예산 삭감", by=officer, now=NOW)
    notice = Notice.objects.get(user=reader)
    assert notice.kind == "measure_state" and notice.text["params"]["reason"] == "예산 삭감"
    assert not Notice.objects.filter(user=officer).exists(), "who did it need not be told"


def test_a_moved_step_keeps_its_first_day_and_its_reason(measure, officer):
    step = operations.add_milestone(measure=measure, title="설계", due_on=TODAY, by=officer, now=NOW)
    with pytest.raises(operations.MeasureError, match="이유"):
        operations.move_milestone(milestone=step, due_on=TODAY + timedelta(30), reason="", by=officer, now=NOW)
    moved = operations.move_milestone(
        milestone=step, due_on=TODAY + timedelta(30), reason="설계 변경", by=officer, now=NOW
    )
    assert moved.first_due_on == TODAY and moved.due_on == TODAY + timedelta(30)
    found = reading.detail(measure.pk, viewer=officer, today=TODAY + timedelta(31))
    assert found.milestones[0].late and found.may


def test_a_step_is_reached_once_and_not_in_the_future(measure, officer):
    step = operations.add_milestone(measure=measure, title="설계", due_on=TODAY, by=officer, now=NOW)
    with pytest.raises(operations.MeasureError, match="아직 오지"):
        operations.finish_milestone(milestone=step, done_on=TODAY + timedelta(1), note="", by=officer, now=NOW)
    operations.finish_milestone(milestone=step, done_on=TODAY, note="완료", by=officer, now=NOW)
    with pytest.raises(operations.MeasureError, match="이미"):
        operations.finish_milestone(milestone=step, done_on=TODAY, note="", by=officer, now=NOW)
    with pytest.raises(operations.MeasureError, match="이미"):
        operations.move_milestone(milestone=step, due_on=TODAY, reason="a", by=officer, now=NOW)
    assert reading.detail(measure.pk, viewer=None, today=TODAY).reached == 1


def test_a_fiftieth_step_is_the_last(measure, officer):
    Milestone.objects.create(measure=measure, position=50, title="끝", first_due_on=TODAY, due_on=TODAY)
    with pytest.raises(operations.MeasureError, match="50개"):
        operations.add_milestone(measure=measure, title="더", due_on=TODAY, by=officer, now=NOW)


def test_money_adds_up_and_is_corrected_by_a_line_of_its_own(measure, officer):
    def enter(amount, kind="paid", day=TODAY):
        return operations.add_spending(
            measure=measure, kind=kind, label="공사비", amount=amount, spent_on=day, by=officer, now=NOW
        )

    enter(90_000_000, "contracted")
    enter(30_000_000)
    enter(-10_000_000)
    for wrong in (-20_000_001, 0, 10**14):
        with pytest.raises(operations.MeasureError):
            enter(wrong)
    with pytest.raises(operations.MeasureError, match="아직 오지"):
        enter(1, day=TODAY + timedelta(1))
    money = reading.detail(measure.pk, viewer=None, today=TODAY).money
    assert (money.contracted, money.paid, money.contracted_share, money.paid_share) == (90_000_000, 20_000_000, 75, 17)
    assert [one.data["amount"] for one in entries(measure)] == [90_000_000, 30_000_000, -10_000_000]


def test_pictures_are_stored_all_or_none(measure, monkeypatch):
    operations.add_photos(measure=measure, pictures=[photo(), photo("")], milestone=None, taken_on=None)
    assert [one.description for one in measure.photos.all()] == ["현장", measure.title]
    monkeypatch.setattr("madang.plan.measures.operations.pictures.MOST", 3)
    with pytest.raises(operations.MeasureError, match="60장"):
        operations.add_photos(measure=measure, pictures=[photo(), photo()], milestone=None, taken_on=None)
    assert measure.photos.count() == 2
    operations.remove_photo(photo=measure.photos.first())
    assert measure.photos.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda one: Measure.objects.filter(pk=one.pk).update(title=""),
        lambda one: Measure.objects.filter(pk=one.pk).update(budget=-1),
        lambda one: Measure.objects.filter(pk=one.pk).update(status="stopped", status_reason=""),
        lambda one: Measure.objects.filter(pk=one.pk).update(latitude=37.0),
        lambda one: Measure.objects.filter(pk=one.pk).update(latitude=137.0, longitude=127.0),
        lambda one: Milestone.objects.create(measure=one, position=1, title="", first_due_on=TODAY, due_on=TODAY),
        lambda one: Milestone.objects.create(
            measure=one, position=1, title="a", first_due_on=TODAY, due_on=TODAY + timedelta(1)
        ),
        lambda one: [
            Milestone.objects.create(measure=one, position=1, title="a", first_due_on=TODAY, due_on=TODAY)
            for _ in range(2)
        ],
        lambda one: Spending.objects.create(
            measure=one, kind="paid", label="a", amount=0, spent_on=TODAY, entered_at=NOW
        ),
        lambda one: Spending.objects.create(
            measure=one, kind="paid", label="", amount=1, spent_on=TODAY, entered_at=NOW
        ),
    ],
)
def test_the_database_refuses(measure, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong(measure)


@pytest.mark.django_db(transaction=True)
def test_two_who_reach_a_step_at_once_reach_it_once():
    officer = officer_at(suwon())
    measure = MeasureFactory(place=suwon())
    step = operations.add_milestone(measure=measure, title="설계", due_on=TODAY, by=officer, now=NOW)
    gate, told = threading.Barrier(6), []

    def reach():
        try:
            gate.wait()
            operations.finish_milestone(milestone=step, done_on=TODAY, note="", by=officer, now=NOW)
            told.append("reached")
        except operations.MeasureError:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=reach) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["reached"] + ["refused"] * 5
    assert Entry.objects.filter(kind="measure_step", data__has_key="done_on").count() == 1


def test_measures_go_with_their_item_and_come_back():
    source, target = AgendaItemFactory(place=suwon()), AgendaItemFactory(place=suwon())
    measure = MeasureFactory(place=suwon(), item=source)
    follower = next(one for one in registered() if one.key == "measures")
    moved = follower.merge(source=source, target=target, by=None, now=NOW)
    measure.refresh_from_db()
    assert measure.item == target
    follower.undo(source=source, target=target, moved=moved, by=None, now=NOW)
    measure.refresh_from_db()
    assert measure.item == source


def test_the_calendar_knows_what_is_due_where_and_whose(measure, officer):
    operations.add_milestone(measure=measure, title="설계", due_on=TODAY, by=officer, now=NOW)
    elsewhere = MeasureFactory(place=gangnam())
    Milestone.objects.create(measure=elsewhere, position=1, title="b", first_due_on=TODAY, due_on=TODAY)
    assert len(dated.steps(None, NOW)) == 2
    assert [one.title for one in dated.steps(suwon(), NOW)] == [f"설계: {measure.title}"]
    assert len(dated.steps_of(staff_of(measure.office), NOW)) == 1 and not dated.steps_of(officer, NOW)


def test_the_list_narrows_by_place_and_state(measure):
    MeasureFactory(status="done", place=gangnam())
    assert len(reading.browse({}).page.rows) == 2
    assert [one.pk for one in reading.browse({"place": "41"}).page.rows] == [measure.pk]
    assert not reading.browse({"place": "41", "status": "done"}).page.rows
    assert len(reading.browse({"place": "nowhere", "status": "odd", "cursor": "x"}).page.rows) == 2


def test_staff_carries_it_out_through_the_page(measure):
    client = Client()
    client.force_login(staff_of(measure.office), "django.contrib.auth.backends.ModelBackend")
    page = reverse("measures:detail", args=[measure.pk])

    def send(name, *more, **data):
        return client.post(reverse(f"measures:{name}", args=[measure.pk, *more]), data)

    assert send("milestones", **{"step-title": "착공", "step-due_on": TODAY.isoformat()}).status_code == 302
    step = measure.milestones.get()
    assert send("day", step.pk, **{"move-due_on": "2027-05-01", "move-reason": "장마"}).status_code == 302
    done = {"finish-done_on": TODAY.isoformat(), "finish-note": "완료"}
    assert send("completion", step.pk, **done).status_code == 302
    money = {"money-kind": "paid", "money-label": "공사비", "money-amount": "1000", "money-spent_on": TODAY.isoformat()}
    assert send("spendings", **money).status_code == 302
    assert send("spendings", **{**money, "money-amount": "-2000"}).status_code == 409
    assert send("status", status="underway", reason="").status_code == 302
    assert send("status", status="planned", reason="").status_code == 409
    shown = client.get(page).content.decode()
    assert "착공" in shown and "장마" in shown and "1,000" in shown


def test_a_broken_picture_is_refused_beside_its_field(measure, officer):
    client = Client()
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    address = reverse("measures:photos", args=[measure.pk])
    told = client.post(address, {"photo-file": io.BytesIO(b"<svg onload=alert(1)>"), "photo-description": "현장"})
    assert told.status_code == 422 and measure.photos.count() == 0
    data = io.BytesIO()
    Image.new("RGB", (9, 9)).save(data, "PNG")
    data.seek(0)
    data.name = "a.png"
    assert client.post(address, {"photo-file": data, "photo-description": "현장"}).status_code == 302
    assert measure.photos.get().description == "현장"


def test_hostile_words_stay_words(measure):
    Measure.objects.filter(pk=measure.pk).update(title="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    shown = Client().get(reverse("measures:detail", args=[measure.pk])).content.decode()
    assert "<script>alert(1)" not in shown and "<img src=x" not in shown


def test_money_reads_as_people_write_it():
    with translation.override("ko"):
        assert won(1_230_000) == "1,230,000원" and won(None) == ""
        assert [short_won(one) for one in (123_000_000, 50_000, 999, 100_000_000, -20_000)] == [
            "1억 2,300만 원", "5만 원", "999원", "1억 원", "-2만 원",
        ]  # fmt: skip
    with translation.override("en"):
        assert won(1_230_000) == "₩1,230,000"
        assert [short_won(one) for one in (123_000_000, 50_000, 999, 2_000_000_000)] == ["₩123M", "₩50K", "₩999", "₩2B"]
