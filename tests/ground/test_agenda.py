"""The agenda item: stages, scores and the record of each decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from madang.ground.agenda import operations, queries, stages
from madang.ground.agenda.models import AgendaItem, Criterion, Score
from madang.ground.agenda.thread import thread_of
from madang.ground.footing.keyset import page
from madang.ground.record.models import Entry
from tests.factories import AgendaItemFactory, OfficeFactory, UserFactory, gyeonggi, officer_at, staff_of, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ALL = {"daily_life": 4, "social_value": 5, "feasibility": 3, "urgency": 2}


@pytest.fixture
def officer():
    return officer_at(suwon())


@pytest.fixture
def item():
    return AgendaItemFactory(created_at=NOW - timedelta(days=30))


def move(item, stage, by, reason="다음 단계로 갑니다", now=NOW):
    """What the stages ask for is tested in tests/ground/agenda; here an officer goes ahead without."""
    return operations.set_stage(item=item, stage=stage, reason=reason, by=by, now=now, forced=True)


class TestStages:
    def test_one_step_at_a_time_and_each_is_recorded(self, item, officer):
        for stage in ("plan", "practice", "diffuse"):
            item = move(item, stage, officer)
        entries = list(Entry.objects.filter(subject=item.subject, kind="stage").values_list("data", flat=True))
        assert [one["to"] for one in entries] == ["plan", "practice", "diffuse"]

    @pytest.mark.parametrize("there", ["practice", "diffuse", "explore"])
    def test_no_step_is_skipped(self, item, officer, there):
        with pytest.raises(operations.StageNotAllowedError):
            move(item, there, officer)

    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_no_decision_without_a_reason(self, item, officer, reason):
        with pytest.raises(operations.ReasonMissingError):
            move(item, "plan", officer, reason=reason)
        assert not Entry.objects.exists()

    def test_a_closed_item_opens_where_it_stood(self, item, officer):
        item = move(move(item, "plan", officer), "closed", officer)
        assert Entry.objects.filter(kind="closed", subject=item.subject).exists()
        assert [way.transition.target for way in stages.ways(item)] == ["plan"]
        assert move(item, "plan", officer).stage == "plan"

    def test_a_second_officer_who_saw_an_older_page_is_told(self, item, officer):
        stale = AgendaItem.objects.get(pk=item.pk)
        move(item, "plan", officer)
        with pytest.raises(operations.StageNotAllowedError):
            move(stale, "plan", officer)


class TestScores:
    def test_several_raters_and_their_spread(self, item):
        for value in (1, 1, 5, 5):
            operations.score(item=item, values={"urgency": value}, by=UserFactory(), now=NOW)
        urgency = next(one for one in queries.scores_of(item).spreads if one.criterion.key == "urgency")
        assert (urgency.n, urgency.mean, urgency.median, urgency.disagreement) == (4, 3, 3, 1)
        assert urgency.values == (1, 1, 5, 5)

    def test_a_rater_changes_their_mind(self, item, officer):
        operations.score(item=item, values=ALL, by=officer, now=NOW)
        operations.score(
            item=item, values={"urgency": 5}, notes={"urgency": "여름 전이어야 합니다"}, by=officer, now=NOW
        )
        assert Score.objects.count() == 4
        assert Score.objects.get(criterion__key="urgency").note == "여름 전이어야 합니다"

    @pytest.mark.parametrize("values", [{}, {"urgency": 0}, {"urgency": 6}, {"beauty": 3}])
    def test_what_is_no_score_is_refused(self, item, officer, values):
        with pytest.raises(operations.ScoreInvalidError):
            operations.score(item=item, values=values, by=officer, now=NOW)

    def test_a_closed_item_takes_none(self, item, officer):
        with pytest.raises(operations.ItemClosedError):
            operations.score(item=move(item, "closed", officer), values=ALL, by=officer, now=NOW)

    def test_criteria_are_inherited_and_overruled(self, item):
        Criterion.objects.create(
            place=gyeonggi(), key="urgency", name_ko="도 시급성", name_en="Urgency", weight=3, order=3
        )
        Criterion.objects.create(place=suwon(), key="feasibility", name_ko="-", name_en="-", active=False)
        found = {one.key: one for one in queries.criteria_of(item.place)}
        assert set(found) == {"daily_life", "social_value", "urgency"}
        assert found["urgency"].place == gyeonggi()

    def test_weights_count(self, item, officer):
        Criterion.objects.create(place=suwon(), key="urgency", name_ko="시급성", name_en="Urgency", weight=3)
        operations.score(item=item, values={"urgency": 5, "daily_life": 1}, by=officer, now=NOW)
        assert queries.scores_of(item).weighted == 4


class TestRecord:
    def test_notes_links_and_wording_stand_in_it(self, item, officer):
        source = AgendaItemFactory(title="앞선 의제")
        operations.add_note(item=item, text="현장에 다녀왔습니다", by=officer, now=NOW)
        operations.set_inspired_by(item=item, sources=[source, item], by=officer, now=NOW)
        operations.revise(item=item, title="새 제목", summary="새 요약", field="jobs", by=officer, now=NOW)
        details = [row.detail or row.entry.reason for row in queries.record_of(item)]
        assert details[0] == "현장에 다녀왔습니다"
        assert "앞선 의제" in details[1]
        assert queries.links_of(source)["inspired"][0].pk == item.pk
        assert queries.links_of(item)["inspired_by"] == [source]

    def test_the_line_stands_where_the_record_says(self, item, officer):
        item = move(item, "plan", officer)
        line = thread_of(item, Entry.objects.filter(subject=item.subject), now=NOW + timedelta(days=3))
        assert [one["state"] for one in line.stations] == ["done", "done", "now", "waiting", "waiting"]
        assert (line.days, line.stations[2]["date"]) == (3, NOW)
        closed = move(item, "closed", officer)
        line = thread_of(closed, Entry.objects.filter(subject=item.subject), now=NOW)
        assert [one["state"] for one in line.stations] == ["done", "done", "done", "waiting", "waiting"]


def test_pages_by_key_meet_every_row_once_in_both_directions():
    made = [AgendaItemFactory(created_at=NOW - timedelta(minutes=n // 3)) for n in range(10)]
    rows, by = AgendaItem.objects.all(), ("-created_at", "-id")
    seen, cursor, last = [], "", None
    while True:
        found = page(rows, by=by, after=cursor, size=3)
        seen += found.rows
        cursor, last = found.next, found
        if not cursor:
            break
    assert {one.pk for one in seen} == {one.pk for one in made}
    assert len(seen) == 10
    back = page(rows, by=by, after=last.previous, size=3)
    assert back.rows == seen[6:9]
    assert page(rows, by=by, after="rubbish", size=3).rows == seen[:3]


class TestPages:
    def test_few_queries_however_many_items(self, client, django_assert_max_num_queries, officer):
        client.force_login(officer)
        for count in (10, 40):
            AgendaItemFactory.create_batch(count, owner=OfficeFactory())
            with django_assert_max_num_queries(12):
                assert client.get(reverse("agenda:list"), {"stage": "explore", "place": "41"}).status_code == 200

    def test_the_thread_page_is_cheap_with_a_long_record(self, client, django_assert_max_num_queries, item, officer):
        for number in range(30):
            operations.add_note(item=item, text=f"메모 {number}", by=officer, now=NOW)
        operations.score(item=item, values=ALL, by=officer, now=NOW)
        client.force_login(officer)
        for name in ("thread", "scores", "stage"):
            with django_assert_max_num_queries(12):
                assert client.get(reverse(f"agenda:{name}", args=[item.pk])).status_code == 200

    @pytest.mark.parametrize("name", ["stage", "notes", "revision", "inspiration"])
    def test_only_the_place_s_officer_decides(self, client, item, name):
        url = reverse(f"agenda:{name}", args=[item.pk])
        assert client.get(url).status_code == 302
        for user, status in (
            (UserFactory(), 403),
            (staff_of(OfficeFactory()), 403),
            (officer_at(gyeonggi()), 200),
            (officer_at(suwon()), 200),
        ):
            client.force_login(user)
            assert client.get(url).status_code == status

    def test_deciding_through_the_page(self, client, item, officer):
        client.force_login(officer)
        url = reverse("agenda:stage", args=[item.pk])
        AgendaItem.objects.filter(pk=item.pk).update(voice_count=1)
        refused = client.post(url, {"stage": "plan", "reason": ""})
        assert refused.status_code == 422
        assert client.post(url, {"stage": "plan", "reason": "소관이 정해졌습니다"}).status_code == 302
        item.refresh_from_db()
        assert item.stage == "plan"
        scores = {f"value_{key}": value for key, value in ALL.items()}
        assert client.post(reverse("agenda:scores", args=[item.pk]), scores).status_code == 302
        assert Score.objects.count() == 4

    def test_nobody_else_scores(self, client, item):
        client.force_login(UserFactory())
        url = reverse("agenda:scores", args=[item.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"value_urgency": 3}).status_code == 403

    def test_what_is_not_there_is_said(self, client):
        assert client.get(reverse("agenda:thread", args=[99])).status_code == 404
