"""Feeds as a reader's program meets them: valid, bounded, cached, and never with what is hidden."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from madang.explore.proposals.operations.moderation import hide
from madang.ground.agenda import operations as agenda
from madang.ground.agenda.models import AgendaItem
from madang.ground.participation.feeds import lists, render
from madang.ground.participation.models import Comment
from tests.factories import (
    AgendaItemFactory,
    CommentFactory,
    PlaceFactory,
    ProposalFactory,
    gyeonggi,
    many_proposals,
    officer_at,
    suwon,
)
from tests.ground.agenda.conftest import yongin

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def atom(client, path, **headers):
    """Titles of an Atom feed, after what the standard asks of every feed and entry was found in it."""
    response = client.get(path, **headers)
    assert response.status_code == 200, (path, response.status_code)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.content)
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"a:{name}", namespaces=ATOM), name
    selves = [link.get("href") for link in feed.iterfind("a:link[@rel='self']", ATOM)]
    assert len(selves) == 1 and selves[0].startswith("http://testserver/feeds/")
    entries = feed.findall("a:entry", ATOM)
    ids = [one.findtext("a:id", namespaces=ATOM) for one in entries]
    assert len(set(ids)) == len(ids)
    for one in entries:
        assert one.find("a:link", ATOM).get("href").startswith("http://testserver/")
        assert one.findtext("a:updated", namespaces=ATOM) and one.findtext("a:title", namespaces=ATOM)
    return [one.findtext("a:title", namespaces=ATOM) for one in entries]


def rss(client, path):
    response = client.get(path)
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(response.content).find("channel")
    for name in ("title", "link", "description", "lastBuildDate"):
        assert channel.findtext(name), name
    for item in channel.iterfind("item"):
        assert item.find("guid").get("isPermaLink") == "false" and item.findtext("pubDate")
    return [item.findtext("title") for item in channel.iterfind("item")]


class TestLists:
    def test_every_list_with_time_in_it_has_both(self, client):
        ProposalFactory(), AgendaItemFactory()
        keys = [one.key for one in lists.registered()]
        assert {"agenda", "proposal", "decisions", "themes"} <= set(keys)
        for key in keys:
            assert len(atom(client, f"/feeds/{key}.atom")) == len(rss(client, f"/feeds/{key}.rss"))
        assert client.get("/feeds/agenda.json").status_code == 404
        assert client.get("/feeds/nothing.atom").status_code == 404

    def test_items_by_the_filters_of_their_list(self, client):
        officer, partner = officer_at(suwon()), officer_at(yongin())
        item = AgendaItemFactory(place=suwon(), title="하천", voice_count=1)
        AgendaItemFactory(place=yongin(), title="골목", field="jobs")
        invitation = agenda.invite(item=item, place=yongin(), reason="함께", by=officer, now=NOW)
        assert atom(client, "/feeds/agenda.atom?place=41460") == ["골목"]
        agenda.answer_invitation(partnership=invitation, accept=True, reason="", by=partner, now=NOW)
        assert set(atom(client, "/feeds/agenda.atom?place=41460")) == {"골목", "하천"}
        assert atom(client, "/feeds/agenda.atom?place=41&field=jobs") == ["골목"]
        agenda.set_stage(item=item, stage="plan", reason="까닭", by=officer, now=NOW)
        assert atom(client, "/feeds/agenda.atom?stage=plan") == ["하천"]
        assert len(atom(client, "/feeds/agenda.atom?place=nowhere&stage=no")) == 2, "nonsense narrows nothing"

    def test_proposals_by_the_filters_of_theirs(self, client):
        ProposalFactory(title="버스", field="jobs"), ProposalFactory(title="골목", status="answered", answered_at=NOW)
        assert atom(client, "/feeds/proposal.atom?field=jobs") == ["버스"]
        assert atom(client, "/feeds/proposal.atom?status=answered") == ["골목"]

    def test_it_is_bounded(self, client):
        many_proposals(60, place=suwon())
        assert len(atom(client, "/feeds/proposal.atom")) == lists.SIZE == 50

    def test_what_is_hidden_is_in_none(self, client):
        officer, proposal = officer_at(suwon()), ProposalFactory(title="숨길 제안")
        item = AgendaItemFactory(title="남는 의제", voice_count=1)
        agenda.add_note(item=item, text="메모", by=officer, now=NOW)
        paths = ["proposal.atom", "places/41110.atom", "places/41.atom", f"subjects/{proposal.pk}.atom"]
        assert atom(client, "/feeds/proposal.atom") == ["숨길 제안"]
        hide(proposal=proposal, reason="욕설", by=officer, now=NOW)
        for path in paths[:3]:
            assert not any("숨길" in title for title in atom(client, f"/feeds/{path}")), path
        assert client.get(f"/feeds/{paths[3]}").status_code == 404
        titles = atom(client, "/feeds/decisions.atom")
        assert len(titles) == 1 and "남는 의제" in titles[0]

    def test_merged_items_stand_in_the_one_they_went_into(self, client):
        one, two = AgendaItemFactory(title="가"), AgendaItemFactory(title="나")
        agenda.merge(source=one, target=two, reason="같음", by=officer_at(suwon()), now=NOW)
        assert atom(client, "/feeds/agenda.atom") == ["나"]

    def test_comments_without_hidden_ones(self, client):
        proposal = ProposalFactory()
        CommentFactory(subject=proposal.subject, body="첫째")
        gone = CommentFactory(subject=proposal.subject, body="둘째")
        Comment.objects.filter(pk=gone.pk).update(**hidden_by(officer_at(suwon())))
        (title,) = atom(client, f"/feeds/subjects/{proposal.pk}.atom")
        assert title.endswith("첫째")

    def test_decisions_by_place_and_kind(self, client):
        officer = officer_at(suwon())
        seoul = PlaceFactory(code="11680", name_ko="강남구", parent__code="11", parent__name_ko="서울특별시")
        here, there = AgendaItemFactory(place=suwon()), AgendaItemFactory(place=seoul)
        for item in (here, there):
            agenda.add_note(item=item, text="메모", by=officer, now=NOW)
        agenda.close_item(item=here, reason="끝", by=officer, now=NOW)
        assert len(atom(client, "/feeds/decisions.atom?place=41")) == 2
        assert len(atom(client, "/feeds/decisions.atom?place=41&kind=closed")) == 1

    def test_everything_of_a_place(self, client):
        ProposalFactory(title="제안"), AgendaItemFactory(title="도의 의제", place=gyeonggi())
        assert atom(client, "/feeds/places/41110.atom") == ["제안"]
        assert set(atom(client, "/feeds/places/41.atom")) == {"제안", "도의 의제"}
        assert client.get("/feeds/places/99999.atom").status_code == 404


def hidden_by(officer) -> dict:
    values = {"hidden_reason": "욕설", "hidden_by": officer}
    return values | ({"status": "hidden"} if hasattr(Comment, "Status") else {})


class TestCaching:
    def test_the_same_content_is_not_sent_twice(self, client):
        item = AgendaItemFactory()
        first = client.get("/feeds/agenda.atom")
        assert first["Cache-Control"] == "public, max-age=300"
        assert "Accept-Language" in first["Vary"] and "Cookie" not in first["Vary"]
        again = client.get("/feeds/agenda.atom", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304 and not again.content
        by_date = client.get("/feeds/agenda.atom", headers={"if-modified-since": first["Last-Modified"]})
        assert by_date.status_code == 304
        AgendaItem.objects.filter(pk=item.pk).update(title="고친 제목")
        changed = client.get("/feeds/agenda.atom", headers={"if-none-match": first["ETag"]})
        assert changed.status_code == 200 and changed["ETag"] != first["ETag"]

    def test_an_empty_feed_has_the_same_bytes_tomorrow(self, client):
        assert client.get("/feeds/agenda.atom").content == client.get("/feeds/agenda.atom").content
        assert atom(client, "/feeds/agenda.atom") == []

    def test_letters_that_xml_refuses_are_left_out(self, client):
        AgendaItemFactory(title="골목\x0b과 \x00하천".replace("\x00", ""), summary="요약\x1f")
        assert atom(client, "/feeds/agenda.atom") == ["골목과 하천"]
        assert render.clean("가\x00\x0b나\ud800") == "가나"


class TestPages:
    @pytest.mark.parametrize(
        "path", ["/agenda/?place=41110&after=x", "/proposals/?field=jobs", "/themes/", "/places/41/", "/"]
    )
    def test_pages_tell_programs_and_people_of_their_feeds(self, client, path):
        suwon()
        officer = officer_at(suwon())
        agenda.close_item(item=AgendaItemFactory(), reason="끝", by=officer, now=NOW)
        page = client.get(path).content.decode()
        assert page.count('rel="alternate" type="application/atom+xml"') == 1
        assert page.count('class="feed-links"') == 1
        assert "after=" not in page.partition('rel="alternate"')[2][:400]

    def test_an_unknown_feed_on_a_page_is_a_mistake_of_ours(self, rf):
        from django.template import Context, Template, TemplateSyntaxError

        with pytest.raises(TemplateSyntaxError, match="register it"):
            Template('{% load feeds %}{% feed_head "dreams" %}').render(Context({"request": rf.get("/")}))
