"""The pages of maps: what each tells, to whom, and how it may be framed."""

from __future__ import annotations

import struct

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from madang.explore.deliberations.models import Deliberation, Participant, Statement, Taken
from madang.explore.deliberations.operations import mapping, replaying, taking
from madang.explore.deliberations.panels_maps import taken as panel
from madang.explore.deliberations.queries import showing
from madang.ground.participation.models import Notice
from madang.ground.people.models import Role
from madang.ground.record.models import Entry
from tests.explore.deliberations.test_maps import cast_many, talk
from tests.factories import AgendaItemFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def mapped() -> Deliberation:
    made = talk(people=40)
    first, *_rest = mapping.draw_maps(deliberation=made, now=NOW)
    replaying.draw_replay(deliberation=made, drawn=first, now=NOW)
    return made


def address(name: str, made: Deliberation, *more: object) -> str:
    return reverse(f"deliberations:{name}", args=[made.pk, *more])


def officer(made: Deliberation) -> Client:
    client = Client()
    client.force_login(Role.objects.create(user=UserFactory(), kind="officer", place=made.place).user)
    return client


def test_the_page_says_in_words_what_the_picture_shows(mapped, client) -> None:
    text = client.get(address("map", mapped), headers={"accept-language": "en"}).content.decode()
    for part in ("What unites", "What bridges", "What divides", "Where people are unsure", "The map as a table"):
        assert part in text
    assert "n = " in text and "<noscript>" in text and "&lt;iframe" in text


def test_without_votes_the_page_says_when_a_map_comes(client) -> None:
    made = talk(people=0)
    assert "within a minute" in client.get(address("map", made), headers={"accept-language": "en"}).content.decode()
    assert client.get(address("map_points", made)).status_code == 404
    assert client.get(address("report_pdf", made)).status_code == 404


def test_a_map_that_was_seen_costs_an_empty_answer(mapped, client) -> None:
    drawn = showing.current(mapped)
    asked = {"headers": {"HX-Request": "true"}}
    assert client.get(address("map", mapped), {"seen": drawn.pk}, **asked).status_code == 204
    part = client.get(address("map", mapped), {"seen": "0"}, **asked)
    assert part.status_code == 200 and b"<html" not in part.content


def test_points_come_once_for_each_map(mapped, client) -> None:
    first = client.get(address("map_points", mapped))
    assert struct.unpack("<4sII", first.content[:12]) == (b"MDM1", 40, 40)
    again = client.get(address("map_points", mapped), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    film = client.get(address("map_replay", mapped))
    magic, frames, people, _length = struct.unpack("<4sIII", film.content[:16])
    assert magic == b"MDR1" and frames > 1 and people == 40
    assert client.get(address("map_replay", mapped), headers={"if-none-match": film["ETag"]}).status_code == 304


def test_ones_own_point_is_told_to_nobody_else(mapped, client) -> None:
    person = UserFactory()
    me = Participant.objects.create(deliberation=mapped, number=900, user=person, joined_at=NOW)
    rows = list(mapped.statements.order_by("number")[3:7])
    cast_many([(me, row, 1) for row in rows])
    assert client.get(address("map_mine", mapped)).json()["place"] is None
    client.force_login(person)
    told = client.get(address("map_mine", mapped))
    assert told.json()["votes"] == 4 and len(told.json()["place"]) == 2
    assert told["Cache-Control"] == "no-store"


def test_a_frame_on_another_site_gets_no_cookie_and_any_site_may_frame(mapped, client) -> None:
    answer = client.get(address("map_embed", mapped), {"lang": "en"})
    assert "frame-ancestors *" in answer["Content-Security-Policy"] and "X-Frame-Options" not in answer
    assert not answer.cookies and b'lang="en"' in answer.content
    assert client.get(address("map", mapped))["X-Frame-Options"] == "DENY"


def test_the_wall_and_the_code_lead_to_the_deliberation(mapped, client) -> None:
    assert f"/deliberations/{mapped.pk}/" in client.get(address("screen", mapped)).content.decode()
    code = client.get(address("code", mapped))
    assert code["Content-Type"] == "image/svg+xml" and code.content.startswith(b"<svg")


def test_what_people_nearby_believe(mapped, client) -> None:
    text = client.get(address("map_near", mapped), {"x": "0.1", "y": "0"}).content.decode()
    assert "15" in text
    assert client.get(address("map_near", mapped), {"x": "nan", "y": "1"}).status_code == 404
    assert client.get(address("map_near", mapped), {"x": "a"}).status_code == 404


def test_the_report_is_a_tagged_document_with_its_language(mapped, client) -> None:
    for language in ("ko", "en"):
        answer = client.get(address("report_pdf", mapped), headers={"accept-language": language})
        assert answer["Content-Type"] == "application/pdf"
        assert f"/Lang({language})".encode() in answer.content.replace(b"/Lang (", b"/Lang(")
    page = client.get(address("report", mapped), headers={"accept-language": "en"}).content.decode()
    assert "All statements" in page and "The votes become open data when voting has ended." in page


def test_votes_are_the_offices_until_voting_has_ended(mapped, client) -> None:
    assert client.get(address("data", mapped, "votes")).status_code == 403
    rows = b"".join(officer(mapped).get(address("data", mapped, "votes")).streaming_content)
    assert rows.startswith(b"timestamp,datetime,comment-id,voter-id,vote")
    Deliberation.objects.filter(pk=mapped.pk).update(status="closed", closed_at=NOW)
    assert client.get(address("data", mapped, "votes")).status_code == 200
    assert client.get(address("data", mapped, "passwords")).status_code == 404


def test_a_statement_becomes_evidence_with_its_numbers_and_voters_are_told(mapped) -> None:
    item = AgendaItemFactory(place=mapped.place)
    voter = UserFactory()
    Participant.objects.create(deliberation=mapped, number=901, user=voter, joined_at=NOW)
    desk = officer(mapped)
    assert desk.get(address("taking", mapped, 0)).status_code == 200
    sent = {"item": item.pk, "why": "consensus", "note": "먼저 살피겠습니다"}
    assert desk.post(address("taking", mapped, 0), sent).status_code == 302
    row = Taken.objects.get()
    bar = showing.shown(showing.current(mapped)).lines[0].everybody
    assert (row.numbers["n"], row.numbers["agree"]) == (bar.n, bar.agree.count)
    assert row.numbers["low"] < row.numbers["p"]
    entry = Entry.objects.get(kind=taking.KIND)
    assert entry.data["item"] == item.pk and entry.data["n"] == bar.n
    assert Notice.objects.get(user=voter, kind=taking.KIND).url == item.get_absolute_url()
    assert desk.post(address("taking", mapped, 0), sent).status_code == 422
    assert panel(item, None)["taken"] == [row]


def test_the_evidence_outlives_later_maps(mapped) -> None:
    drawn = showing.current(mapped)
    line = showing.shown(drawn).lines[1]
    row = taking.take(
        line=line, drawn=drawn, item=AgendaItemFactory(place=mapped.place), why="bridge", by=UserFactory(), now=NOW
    )
    cast_many([(Participant.objects.create(deliberation=mapped, number=902, joined_at=NOW), line.statement, -1)])
    mapping.draw_maps(deliberation=mapped, now=NOW)
    row.refresh_from_db()
    assert row.map_id == drawn.pk and row.numbers["n"] == line.everybody.n


def test_a_statement_that_is_not_shown_any_more_is_not_taken(mapped) -> None:
    drawn = showing.current(mapped)
    line = showing.shown(drawn).lines[1]
    Statement.objects.filter(pk=line.statement.pk).update(status="rejected", decided_at=NOW, reason="x")
    line.statement.refresh_from_db()
    with pytest.raises(taking.TakingError):
        taking.take(line=line, drawn=drawn, item=AgendaItemFactory(), why="bridge", by=UserFactory(), now=NOW)
    assert officer(mapped).get(address("taking", mapped, 1)).status_code == 404
