"""The first screen: what is pursued, at which stage, what can I do today."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from madang.explore.proposals.models import Theme, ThemeRun
from madang.explore.proposals.queries import overview
from madang.ground.agenda.models import Stage
from madang.ground.places.operations import set_settings
from madang.ground.record.models import Entry
from madang.web import queries
from tests.factories import (
    AgendaItemFactory,
    OfficeFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    many_proposals,
    staff_of,
    suwon,
)

pytestmark = pytest.mark.django_db
KST = timezone.get_fixed_timezone(540)
NOW = datetime(2026, 3, 20, 15, tzinfo=KST)


def seongnam():
    return PlaceFactory(code="41130", name_ko="성남시", name_en="Seongnam-si")


def proposal(days_ago=1, supports=0, now=NOW, **fields):
    return ProposalFactory(created_at=now - timedelta(days=days_ago), support_count=supports, **fields)


@pytest.fixture
def furnished():
    """A site with one of everything that the page shows."""
    now = timezone.now()
    place = suwon()
    for stage in (Stage.EXPLORE, Stage.PLAN, Stage.PRACTICE, Stage.DIFFUSE, Stage.CLOSED):
        item = AgendaItemFactory(place=place, stage=stage, title=f"의제 {stage}", owner=OfficeFactory(), voice_count=3)
    voice = proposal(supports=48, now=now, title="한 표가 모자란 제안")
    many_proposals(12)
    run = ThemeRun.objects.create(
        place=gyeonggi(), engine_version="x", seed=0, input_digest="x", voices=9, unassigned=0, computed_at=now
    )
    Theme.objects.create(run=run, label=["층간 소음", "아파트"], size=34, cohesion=0.5)
    record = {"place": place, "office": item.owner, "reason": "급하고 넓은 문제입니다.", "at": now}
    Entry.objects.create(kind="promoted", subject=item.subject, **record)
    Entry.objects.create(kind="answered", subject=voice.record_key, **record)
    return voice


@pytest.mark.parametrize(("language", "said"), [("ko", "지금 추진하는 일"), ("en", "What is being pursued now")])
def test_the_page_answers_the_three_questions(client, furnished, language, said):
    text = client.get("/", headers={"accept-language": language}).content.decode()
    assert said in text
    for shown in ("의제 explore", "의제 diffuse", "한 표가 모자란 제안", "층간 소음", "급하고 넓은 문제입니다."):
        assert shown in text
    assert "의제 closed</a></h3>" not in text
    assert 'action="/proposals/"' in text
    assert "/proposals/new" in text


def test_the_page_keeps_the_policy_and_can_be_shared(client, furnished):
    response = client.get("/")
    text = response.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert "csrfmiddlewaretoken" not in text
    assert not response.cookies


def test_an_empty_site_says_how_to_begin(client):
    text = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "Nothing has been taken up yet" in text
    assert "Support what others propose" in text


@pytest.mark.parametrize("count", [10, 1000])
def test_twelve_queries_at_most(client, furnished, django_assert_max_num_queries, count):
    many_proposals(count)
    with django_assert_max_num_queries(12):
        client.get("/")
    client.force_login(UserFactory(home=suwon()))
    with django_assert_max_num_queries(12):
        client.get("/")
    client.force_login(staff_of(OfficeFactory()))
    with django_assert_max_num_queries(12):
        client.get("/")


def test_each_stage_with_its_count_and_newest_item():
    for days in (3, 1, 2):
        AgendaItemFactory(stage=Stage.PLAN, title=f"{days}", stage_since=NOW - timedelta(days=days))
    AgendaItemFactory(stage=Stage.CLOSED)
    stages = queries.home(now=NOW, viewer_home=None)["stages"]
    assert [stage["key"] for stage in stages] == ["explore", "plan", "practice", "diffuse"]
    assert [stage["count"] for stage in stages] == [0, 3, 0, 0]
    assert stages[1]["newest"].title == "1"


def test_those_that_need_fewest_more_come_first_by_the_rule_of_their_place():
    set_settings(place=seongnam(), values={"support_threshold": 10})
    near = proposal(supports=8, place=seongnam())
    far = proposal(supports=30)
    rows = queries.gathering(NOW, limit=5)
    assert [(row["proposal"], row["needed"], row["missing"]) for row in rows] == [(near, 10, 2), (far, 50, 20)]


def test_a_setting_of_the_province_holds_where_the_municipality_set_none():
    set_settings(place=gyeonggi(), values={"support_threshold": 100})
    proposal(supports=1)
    assert queries.gathering(NOW, limit=1)[0]["needed"] == 100


@pytest.mark.parametrize(
    ("created", "days"),
    [
        (datetime(2026, 2, 18, 0, 0, tzinfo=KST), 0),  # the thirtieth day after, to its end
        (datetime(2026, 2, 17, 23, 59, tzinfo=KST), None),
        (datetime(2026, 3, 20, 14, 0, tzinfo=KST), 30),
    ],
)
def test_the_window_counts_whole_days(created, days):
    ProposalFactory(created_at=created, support_count=5)
    assert [row["days"] for row in queries.gathering(NOW, limit=5)] == ([] if days is None else [days])


def test_a_longer_window_of_one_place_is_its_own():
    set_settings(place=seongnam(), values={"support_window_days": 60})
    kept = proposal(days_ago=45, place=seongnam())
    proposal(days_ago=45)
    assert [row["proposal"] for row in queries.gathering(NOW, limit=5)] == [kept]


def test_what_no_longer_gathers_is_left_out():
    proposal(supports=50)
    proposal(threshold_met_at=NOW, answer_due_at=NOW)
    proposal(status="hidden")
    proposal(status="answered")
    assert queries.gathering(NOW, limit=5) == []


def test_ones_own_place_comes_first_among_those_half_way_and_among_the_others():
    seoul = PlaceFactory(code="11", level="province", parent=None, name_ko="서울", name_en="Seoul")
    mapo = PlaceFactory(code="11440", parent=seoul, name_ko="마포구", name_en="Mapo-gu")
    half = [proposal(supports=26), proposal(supports=30, place=seongnam()), proposal(supports=40, place=mapo)]
    begun = [proposal(supports=1), proposal(supports=5, place=seongnam()), proposal(supports=9, place=mapo)]
    assert overview.gathering(now=NOW, limit=6, near=suwon()) == half + begun


def test_the_reader_finds_the_way_home(client):
    client.force_login(UserFactory(home=suwon()))
    assert 'href="/places/41110/"' in client.get("/").content.decode()


def test_a_decision_names_what_it_is_about(furnished):
    rows = queries.decisions(5)
    assert {row["title"] for row in rows} == {"의제 closed", "한 표가 모자란 제안"}
    assert {row["url"].split("/")[1] for row in rows} == {"agenda", "proposals"}
