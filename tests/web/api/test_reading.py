"""Reading the API: lists by cursor, ETags, languages, other sites, and nothing that is not public."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madang.explore.proposals.models import Evidence, Proposal
from madang.explore.proposals.operations import moderation
from madang.ground.agenda.operations import add_note
from madang.ground.participation import things
from madang.ground.participation.search import index
from tests.factories import (
    AgendaItemFactory,
    CommentFactory,
    DeliberationFactory,
    MeasureFactory,
    ProposalFactory,
    many_proposals,
    suwon,
    voting_budget,
)
from tests.web.api.conftest import caller

from django.utils import timezone  # isort: skip

pytestmark = pytest.mark.django_db
LISTS = ["/proposals", "/agenda", "/places", "/record", "/things/proposal", "/things/agenda", "/places/41110/offices"]


@pytest.mark.parametrize("path", ["/proposals?size=3", "/things/proposal?size=3", "/agenda?size=3"])
def test_a_list_is_walked_by_its_cursors_and_links_both_ways(town, path):
    many_proposals(7, place=town.place)
    for _ in range(7):
        AgendaItemFactory(place=town.place)
    seen, answers, cursor = [], [], ""
    while True:
        answer = town.anonymous.get(f"{path}&cursor={cursor}")
        answers.append(answer)
        seen += [one["id"] for one in answer.json()["items"]]
        cursor = answer.json()["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 8 and len(answers) == 3
    assert 'rel="next"' in answers[0]["Link"] and 'rel="prev"' in answers[-1]["Link"]
    back = town.anonymous.get(f"{path}&cursor={answers[-1].json()['previous']}").json()
    assert [one["id"] for one in back["items"]] == seen[3:6]


@pytest.mark.parametrize("path", LISTS)
def test_a_damaged_cursor_begins_anew(town, path):
    fresh = town.anonymous.get(path)
    for cursor in ("x", "W10", "eyJhIjoxfQ", "%F0%9F%90%9F", "WzEsMl0"):
        again = town.anonymous.get(f"{path}?cursor={cursor}")
        assert again.status_code == 200 and again.json()["items"] == fresh.json()["items"], cursor


def test_an_etag_spares_the_body_until_something_changes(town):
    first = town.anonymous.get(f"/proposals/{town.proposal.pk}")
    tag = first["ETag"]
    again = town.anonymous.get(f"/proposals/{town.proposal.pk}", **{"If-None-Match": tag})
    assert again.status_code == 304 and not again.content and again["ETag"] == tag
    CommentFactory(subject=town.proposal.subject)
    assert town.anonymous.get(f"/proposals/{town.proposal.pk}", **{"If-None-Match": tag}).status_code == 200


def test_head_answers_like_get_without_a_body(town):
    answer = town.anonymous("head", "/proposals")
    assert answer.status_code == 200 and not answer.content and answer["ETag"]


def test_the_readers_language_decides(town):
    add_note(item=town.item, text="현장을 보았다.", by=None, now=timezone.now())
    korean = town.anonymous.get("/record", **{"Accept-Language": "ko"})
    english = town.anonymous.get("/record", **{"Accept-Language": "en"})
    assert (korean["Content-Language"], korean.json()["items"][0]["label"]) == ("ko", "메모")
    assert (english["Content-Language"], english.json()["items"][0]["label"]) == ("en", "Note")


def test_other_sites_may_read_and_only_read(town):
    asked = town.anonymous(
        "options", "/proposals", **{"Origin": "https://press.example", "Access-Control-Request-Method": "GET"}
    )
    assert asked.status_code == 204 and asked["Access-Control-Allow-Origin"] == "*"
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD" and "Access-Control-Allow-Credentials" not in asked
    assert set(asked["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}
    assert "Access-Control-Allow-Origin" not in town.citizen("put", f"/proposals/{town.proposal.pk}/support")


def test_every_registered_kind_has_a_list_and_a_page(town):
    DeliberationFactory(place=town.place)
    MeasureFactory(place=town.place)
    voting_budget(1, place=town.place)
    for thing in things.registered():
        listed = town.anonymous.get(f"/things/{thing.key}").json()["items"]
        assert listed, thing.key
        one = listed[0]
        assert town.anonymous.get(f"/things/{thing.key}/{one['id']}").json() == one
        assert town.anonymous.get(f"/things/{thing.key}/{one['id']}/comments").status_code == 200


@pytest.mark.parametrize("role", ["anonymous", "citizen", "elsewhere"])
def test_what_is_hidden_withdrawn_or_merged_shows_nowhere(town, role):
    """Its words and title leave every list, search and feed of things; its page says only that it is gone."""
    hidden, withdrawn, merged = (
        ProposalFactory(place=town.place, title=f"비밀스러운 제목 {n}", body="비밀스러운 본문") for n in range(3)
    )
    index.mark_waiting([hidden.pk, withdrawn.pk, merged.pk])
    index.index_waiting()
    Evidence.objects.create(item=town.item, proposal=hidden, added_at=timezone.now())
    Proposal.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    Proposal.objects.filter(pk=merged.pk).update(status="merged", merged_into=town.proposal)
    moderation.hide(proposal=hidden, reason="욕설", by=town.people["officer"], now=timezone.now())
    ask = getattr(town, role)
    for path in (
        "/proposals", "/proposals?q=비밀스러운", "/proposals?order=supported", "/things/proposal", "/search?q=비밀스러운",
        "/proposals/similar?text=비밀스러운 제목", f"/proposals/{town.proposal.pk}/similar", f"/proposals/{hidden.pk}",
        f"/proposals/{withdrawn.pk}", f"/agenda/{town.item.pk}/evidence", "/record",
    ):  # fmt: skip
        answer = ask.get(path)
        assert answer.status_code == 200 and "비밀스러운" not in answer.content.decode(), path
    for pk in (hidden.pk, withdrawn.pk):
        assert ask.get(f"/proposals/{pk}/history").status_code in (401, 403)
        assert ask.get(f"/things/proposal/{pk}").status_code == 404
        assert ask.get(f"/things/proposal/{pk}/comments").status_code == 404
    assert ask.get(f"/proposals/{hidden.pk}").json()["hidden_reason"] == "욕설"
    assert "비밀스러운 본문" in caller(hidden.author).get(f"/proposals/{hidden.pk}").json()["body"]


def test_a_hidden_comment_leaves_its_reason(town):
    comment = CommentFactory(subject=town.proposal.subject, body="나쁜 말")
    answer = town.officer("put", f"/comments/{comment.pk}/hiding", {"rule": 1, "reason": "욕설"})
    assert answer.status_code == 200
    (shown,) = town.anonymous.get(f"/things/proposal/{town.proposal.pk}/comments").json()["items"]
    assert (shown["body"], shown["author"], shown["hidden_reason"]) == ("", None, "욕설")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_however_long(town, path):
    counts = []
    for n in (5, 60):
        many_proposals(n, place=suwon())
        for _ in range(n // 5):
            AgendaItemFactory(place=town.place, owner=town.office)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert town.anonymous.get(f"{path}?size=50" if "?" not in path else path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] and counts[1] <= 12, counts
