"""One search over everything: kinds, counts, places, and nothing that is hidden."""

from __future__ import annotations

import pytest
from django.utils import timezone

from madang.explore.proposals.operations.moderation import hide
from madang.ground.agenda import operations as agenda
from madang.ground.participation.models import Subject
from madang.ground.participation.queries.searching import everything
from madang.ground.participation.search import index
from madang.ground.participation.templatetags.passages import passage
from tests.factories import ProposalFactory, gyeonggi, officer_at, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def found():
    """An item and two proposals about one word, read by the index."""
    proposals = [ProposalFactory(title=f"가로등을 고쳐 주세요 {n}", place=suwon()) for n in range(2)]
    item = agenda.create_item(
        place=suwon(),
        title="꺼진 가로등",
        summary="골목의 가로등이 꺼져 있다.",
        field="housing_safety",
        by=None,
        now=NOW,
    )
    index.mark_waiting([*(one.pk for one in proposals), item.participation.pk])
    index.index_waiting()
    return item, proposals


def test_items_and_proposals_are_found_together(found):
    item, proposals = found
    results = everything({"q": "가로등"})
    assert {row.url for row in results.rows} == {
        item.get_absolute_url(),
        *(one.get_absolute_url() for one in proposals),
    }
    assert {thing.key: n for thing, n in results.kinds if n} == {"proposal": 2, "agenda": 1}


def test_one_kind_and_one_place(found):
    assert [row.thing.key for row in everything({"q": "가로등", "kind": "agenda"}).rows] == ["agenda"]
    gyeonggi()
    assert len(everything({"q": "가로등", "place": "41"}).rows) == 3
    assert len(everything({"q": "가로등", "kind": "nonsense", "place": "nonsense"}).rows) == 3


def test_what_is_hidden_is_neither_found_nor_counted(found):
    _item, proposals = found
    hide(proposal=proposals[0], reason="욕설", by=officer_at(suwon()), now=NOW)
    results = everything({"q": "가로등"})
    assert proposals[0].get_absolute_url() not in {row.url for row in results.rows}
    assert {thing.key: n for thing, n in results.kinds}["proposal"] == 1


def test_a_new_item_is_indexed_when_its_transaction_commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        item = agenda.create_item(place=suwon(), title="빗물받이 청소", summary="낙엽", field="jobs", by=None, now=NOW)
    assert Subject.objects.get(item=item).document.terms
    with django_capture_on_commit_callbacks(execute=True):
        agenda.revise(item=item, title="물받이", summary="모래주머니", field="jobs", by=officer_at(suwon()), now=NOW)
    assert [row.title for row in everything({"q": "모래주머니"}).rows] == ["물받이"]


def test_the_page_marks_words_and_escapes_the_rest(client, found):
    page = client.get("/search/?q=가로등").content.decode()
    assert page.count("<mark>가로등</mark>") >= 3
    assert "결과 3건" in page
    assert client.get("/search/?q=없는낱말입니다").status_code == 200
    assert passage("<b>가로등</b> " + "긴 글 " * 100, ["가로등"]).startswith("&lt;b&gt;<mark>가로등</mark>&lt;/b&gt;")
