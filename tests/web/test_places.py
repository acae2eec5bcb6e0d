"""The map of places, and the page of each; a province stands for its municipalities too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from madang.explore.proposals.models import Theme, ThemeMember, ThemeRun
from madang.explore.proposals.queries import overview
from madang.ground.places.operations import set_settings
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


def seongnam():
    return PlaceFactory(code="41130", name_ko="성남시", name_en="Seongnam-si")


def mapo():
    seoul = PlaceFactory(code="11", level="province", parent=None, name_ko="서울특별시", name_en="Seoul")
    return PlaceFactory(code="11440", parent=seoul, name_ko="마포구", name_en="Mapo-gu")


def place_page(code):
    return queries.place_page(code, now=timezone.now())


@pytest.fixture
def furnished():
    now = timezone.now()
    OfficeFactory(
        name_ko="버스정책과",
        mandate="시내버스 노선을 관리한다.\n정류장을 관리한다.",
        business_plan="그늘막 30곳을 설치한다.",
    )
    AgendaItemFactory(title="밤에도 안전한 골목")
    voice = ProposalFactory(created_at=now, support_count=9, field="jobs")
    run = ThemeRun.objects.create(
        place=gyeonggi(), engine_version="x", seed=0, input_digest="x", voices=9, unassigned=0, computed_at=now
    )
    theme = Theme.objects.create(run=run, label=["층간 소음"], size=34, cohesion=0.5)
    ThemeMember.objects.create(theme=theme, proposal=voice, rank=0)
    mapo()
    return voice


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    "path", ["/places/", "/places/?measure=agenda", "/places/41/", "/places/41110/", "/places/11440/"]
)
def test_every_page_in_both_languages(client, furnished, path, language):
    response = client.get(path, headers={"accept-language": language})
    text = response.content.decode()
    assert response.status_code == 200
    assert f'lang="{language}"' in text
    assert " style=" not in text
    assert "csrfmiddlewaretoken" not in text


def test_an_unknown_code_is_not_found(client):
    for code in ("99999", "4111", "없음"):
        assert client.get(f"/places/{code}/").status_code == 404


def test_the_page_shows_mandates_settings_and_themes(client, furnished):
    set_settings(place=gyeonggi(), values={"support_threshold": 100})
    text = client.get("/places/41110/", headers={"accept-language": "en"}).content.decode()
    for shown in ("정류장을 관리한다.", "100 people", "층간 소음", "밤에도 안전한 골목", "common default"):
        assert shown in text
    assert "Gyeonggi-do" in text
    assert "?place=41110&amp;field=jobs" in text


def test_a_province_shows_the_newest_of_all_its_municipalities_and_of_no_others():
    now = timezone.now()
    kept = [
        ProposalFactory(place=place, created_at=now - timedelta(minutes=minutes))
        for minutes, place in enumerate([suwon(), seongnam(), gyeonggi(), suwon()])
    ]
    ProposalFactory(place=mapo(), created_at=now)
    ProposalFactory(place=suwon(), created_at=now, status="hidden")
    page = place_page("41")
    assert page["latest"] == kept
    assert {row["proposal"] for row in page["gathering"]} == set(kept)
    assert place_page("41110")["latest"] == [kept[0], kept[3]]


def test_no_more_than_asked_for_and_none_of_a_place_without_any():
    many_proposals(9)
    mapo()
    assert len(overview.latest(limit=6, places=[suwon().pk, seongnam().pk])) == 6
    assert place_page("11")["latest"] == []


def test_counts_add_up():
    many_proposals(7)
    many_proposals(3, place=seongnam())
    many_proposals(2, place=gyeonggi())
    many_proposals(1, place=mapo())
    page = place_page("41")
    assert page["proposal_count"] == 12
    assert sum(field["count"] for field in page["fields"]) == 12
    assert {tile["code"]: tile["value"] for tile in page["tiles"]} == {"41110": 7, "41130": 3}
    provinces = {row["place"].code: row["total"] for row in queries.place_map("proposals")["provinces"]}
    assert provinces == {"41": 12, "11": 1}


def test_agenda_items_are_counted_beyond_those_shown():
    AgendaItemFactory.create_batch(13)
    page = place_page("41")
    assert (len(page["items"]), page["item_count"]) == (10, 13)
    tiles = queries.place_map("agenda")["tiles"]
    assert [tile["value"] for tile in tiles] == [13]


def test_themes_of_a_municipality_count_its_own_voices(furnished):
    theme = Theme.objects.get()
    other = ProposalFactory(place=seongnam())
    ThemeMember.objects.create(theme=theme, proposal=other, rank=1)
    assert [one.here for one in place_page("41110")["themes"]] == [1]
    assert [one.here for one in place_page("41")["themes"]] == [34]
    assert place_page("11440")["themes"] == []


def test_where_each_setting_comes_from():
    set_settings(place=gyeonggi(), values={"support_threshold": 100})
    set_settings(place=suwon(), values={"answer_days": 20})
    rows = {str(row["label"]): (row["origin"], row["own"]) for row in place_page("41110")["settings"]}
    assert list(rows.values())[:3] == [(gyeonggi(), False), (None, False), (suwon(), True)]


def test_offices_stand_under_their_bureaus_the_innovation_officer_first():
    bureau = OfficeFactory(kind="bureau")
    division = OfficeFactory(parent=bureau)
    sio = OfficeFactory(is_innovation_officer=True)
    OfficeFactory(active=False)
    rows = place_page("41110")["offices"]
    assert [(row["office"], row["under"]) for row in rows] == [(sio, []), (bureau, [division])]


@pytest.mark.parametrize("count", [10, 1000])
@pytest.mark.parametrize("path", ["/places/", "/places/?measure=agenda", "/places/41/", "/places/41110/"])
def test_twelve_queries_at_most(client, furnished, django_assert_max_num_queries, path, count):
    many_proposals(count)
    with django_assert_max_num_queries(12):
        client.get(path)
    for user in (UserFactory(home=suwon()), staff_of(OfficeFactory())):
        client.force_login(user)
        with django_assert_max_num_queries(12):
            client.get(path)


def test_the_newest_of_a_province_are_read_by_the_index_of_each_place():
    many_proposals(3000)
    many_proposals(3000, place=seongnam())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE explore_proposals_proposal")
    with CaptureQueriesContext(connection) as captured:
        overview.latest(limit=6, places=[suwon().pk, seongnam().pk])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured.captured_queries[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "proposal_by_place" in plan
    assert "Seq Scan on explore_proposals_proposal" not in plan
