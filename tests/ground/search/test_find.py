"""What is found, in which order, and what is not."""

import gzip
import json
from itertools import islice

import pytest

from madang.engines.texts.light import LightTokenizer
from madang.engines.texts.search import Ranker
from madang.engines.texts.tokens import index_terms
from madang.ground.participation.models import SearchDocument
from madang.ground.participation.search import client, index
from madang.ground.participation.search.analysis import Text, analyse
from madang.ground.participation.search.find import search, similar
from tests.factories import AgendaItemFactory, ProposalFactory, gyeonggi, suwon

TEXTS = {
    "jobs": ("청년 일자리를 늘려 주세요", "우리 시에는 일할 곳이 없습니다."),
    "care": ("노인복지관을 고쳐 주세요", "승강기가 자주 멈춥니다."),
    "goyang": ("고양시 버스 노선", "고양시에서 출근하기가 어렵습니다."),
    "cat": ("길고양이 급식소", "고양이를 돌보는 주민이 많습니다."),
    "noise": ("층간소음이 심해요", "밤마다 층간 소음 때문에 잠을 못 잡니다."),
    "light": ("Broken streetlights near the park", "Please repair the streetlights on this road."),
    "waste": ("쓰레기 분리수거장", "분리 수거하는 날을 늘려 주세요."),
}


@pytest.fixture(params=[True, False], ids=["settled", "loose"])
def found(request, voices):
    """A function: the names of the texts that a query finds, in order."""
    names = dict(zip(voices(*TEXTS.values(), settled=request.param), TEXTS, strict=True))
    return lambda query, **options: [names[pk] for pk in search(query, **options).ids]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("청년들의 일자리", ["jobs"]),
        ("복지", ["care"]),
        ("고양시", ["goyang"]),
        ("고양이", ["cat"]),
        ("층간 소음", ["noise"]),
        ("층간소음", ["noise"]),
        ("쓰레기분리수거", ["waste"]),
        ("streetlight", ["light"]),
        ("repairing streetlights", ["light"]),
        ("늘리다", ["jobs", "waste"]),
        ("우주여행", []),
        ("", []),
        ("   ", []),
        ("!!!", []),
        ("'; DROP TABLE x; --", []),
        ("\x00", []),
        ("%s %(a)s \\ {}", []),
    ],
)
def test_queries_find_what_a_reader_would_expect(found, query, expected):
    assert sorted(found(query)) == sorted(expected)


def test_a_word_in_the_title_counts_more_than_in_the_body(voices):
    body, title = voices(("버스가 늦어요", "공원 옆에 삽니다."), ("공원을 넓혀 주세요", "버스가 다니지 않습니다."))
    assert search("공원").ids == [title, body]
    assert search("버스").ids == [body, title]


def test_texts_that_only_hold_the_syllables_come_after_those_that_hold_the_words(db):
    with client.using(LightTokenizer()):
        made = [ProposalFactory(title=title).pk for title in ("도서관 사서", "도서관사서봉사단", "공무사서실")]
        index.mark_waiting(made)
        index.index_waiting()
        ranks = [(hit.subject_id, hit.rank) for hit in search("사서").hits]
        assert ranks == [(made[0], 1), (made[2], 2), (made[1], 2)]


def test_the_newer_of_two_equal_texts_stands_first(voices):
    ids = voices(*[("공원에 의자를 놓아 주세요", "앉을 곳이 없습니다.")] * 3)
    assert search("공원 의자").ids == ids[::-1]


def test_scope_bounds_places_and_kinds(voices):
    (here,) = voices(("공원 조성", "수원의 공원"), place=suwon())
    (above,) = voices(("공원 정비", "도의 공원"), place=gyeonggi())
    assert set(search("공원").ids) == {here, above}
    assert search("공원", place_ids=[suwon().pk]).ids == [here]
    assert search("공원", place_ids=[]).ids == []
    assert search("공원", kinds=["proposal"], place_ids=[gyeonggi().pk]).ids == [above]
    assert search("공원", kinds=["agenda"]).ids == []


@pytest.mark.parametrize("settled", [True, False])
def test_kinds_are_told_apart(voices, reading, settled):
    (proposal,) = voices(("공원 조성", "나무"), settled=settled)
    item = AgendaItemFactory(place=suwon()).participation
    index.mark_waiting([item.pk])
    index._store([(item.pk, 0, analyse(Text("공원 의제", "나무"), reading))])
    if settled:
        index.settle(at_least=1)
    assert set(search("공원").ids) == {proposal, item.pk}
    assert set(search("공원", kinds=["agenda", "proposal"]).ids) == {proposal, item.pk}
    assert search("공원", kinds=["proposal"]).ids == [proposal]
    assert search("공원", kinds=["agenda"]).ids == [item.pk]
    assert search("공원", kinds=["agenda"], place_ids=[gyeonggi().pk]).ids == []
    assert [one.subject_id for one in similar("공원에 나무를", kinds=["agenda"])] == [item.pk]


@pytest.mark.parametrize("settled", [True, False])
def test_hidden_voices_are_never_found_and_come_back(voices, settled):
    one, other = voices(("공원 조성", "나무"), ("공원 정비", "의자"), settled=settled)
    index.set_visible([one], visible=False)
    found = search("공원")
    assert (found.ids, found.total, found.exact) == ([other], 1, True)
    assert [match.subject_id for match in similar("공원에 나무를 심어 주세요")] == [other]
    index.set_visible([one], visible=True)
    assert set(search("공원").ids) == {one, other}


def test_deleted_subjects_leave_nothing_to_find(voices):
    one, other = voices(("공원 조성", "나무"), ("공원 정비", "의자"))
    SearchDocument.objects.filter(pk=one).delete()
    assert search("공원").ids == [other]


def test_pages_by_cursor_hold_everything_once_in_the_same_order(voices):
    ids = voices(*[(f"공원 제안 {n}", "나무 " * (n % 4 + 1)) for n in range(23)])
    loose = voices(*[(f"공원 제안 {n}", "나무 " * (n % 4 + 1)) for n in range(5)], settled=False)
    whole = search("공원", limit=100)
    pages, cursor = [], ""
    while True:
        page = search("공원", limit=4, cursor=cursor)
        pages += page.ids
        if not (cursor := page.cursor):
            break
    assert pages == whole.ids
    assert sorted(pages) == sorted(ids + loose)
    assert whole.total == 28


@pytest.mark.parametrize("cursor", ["x", "1.", "3.5", "1.-5", "1.99999999999999999999999", "2.1.1", "１.５"])
def test_a_cursor_that_nobody_gave_out_is_no_error(voices, cursor):
    (one,) = voices(("공원 조성", "나무"))
    assert search("공원", cursor=cursor).ids in ([one], [])


def test_accept_applies_a_filter_in_the_order_of_rank(voices):
    ids = voices(*[(f"공원 제안 {n}", "나무") for n in range(30)])
    even = {pk for pk in ids if pk % 2 == 0}
    found = search("공원", limit=10, accept=even.intersection)
    assert found.ids == [pk for pk in search("공원", limit=100).ids if pk in even][:10]
    rest = search("공원", limit=10, accept=even.intersection, cursor=found.cursor)
    assert sorted(found.ids + rest.ids) == sorted(even)


def test_related_voices_share_words_that_are_shown(voices):
    noise, other = voices(
        ("층간소음 대책", "위층의 발소리 때문에 밤에 잠을 못 잡니다."), ("공원 조성", "나무를 심어 주세요.")
    )
    index.recount_terms()
    (match,) = [m for m in similar("아파트 위층 발소리가 커서 층간 소음이 괴롭습니다") if m.subject_id == noise]
    assert {"층간", "발소리"} & set(match.words)
    assert 0 < match.score <= 1
    assert other not in [m.subject_id for m in similar("층간 소음 발소리")]
    assert noise not in [m.subject_id for m in similar("층간 소음 발소리", exclude=[noise])]


@pytest.mark.parametrize("text", ["", " ", "!!", "\x00", "가" * 30_000])
def test_related_voices_of_nothing_are_none(voices, text):
    voices(("공원 조성", "나무"))
    assert similar(text) == []


def test_a_search_costs_a_handful_of_queries(voices, django_assert_max_num_queries):
    voices(*[(f"공원 제안 {n}", "나무를 심어 주세요") for n in range(40)])
    place = suwon().pk
    with django_assert_max_num_queries(5):
        search("공원 나무", place_ids=[place])
    with django_assert_max_num_queries(7):
        similar("공원에 나무를 심어 주세요")


def test_text_that_is_not_indexed_yet_is_not_found_and_no_error(db, reading):
    one = ProposalFactory(title="공원 조성")
    index.mark_waiting([one.pk])
    assert search("공원").ids == []
    assert similar("공원 조성") == []


@pytest.mark.parametrize("settled", [True, False])
def test_words_of_a_compound_that_stand_apart_come_second(voices, settled):
    apart, joined, spaced = voices(
        ("도로 정비", "움푹 팬 곳이 많습니다. 자전거를 타다가 넘어졌습니다. 자전거 자전거"),
        ("자전거도로 연결", "천변에 끊긴 곳이 있습니다."),
        ("자전거 도로 연결", "천변에 끊긴 곳이 있습니다."),
        settled=settled,
    )
    found = search("자전거도로")
    assert {hit.subject_id: hit.rank for hit in found.hits} == {joined: 1, spaced: 1, apart: 2}
    assert found.ids[-1] == apart
    assert search("자전거도로", limit=2, cursor=search("자전거도로", limit=2).cursor).ids == [apart]


def test_the_database_agrees_with_the_engine_on_real_voices(db, reading, shared):
    """The engine's ranker over the same texts is the slow obvious answer."""
    with gzip.open(shared / "voices/seoul_proposals.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 120)]
    made = [ProposalFactory(title=row["title"][:150], body=row["body"][:1500] or "-") for row in rows]
    index.mark_waiting(one.pk for one in made)
    index.index_waiting()
    ranker = Ranker([str(one.pk) for one in made], [index_terms(f"{one.title}\n{one.body}", reading) for one in made])
    for query in (
        "서울시",
        "지하철",
        "청년 주택",
        "미세먼지",
        "버스정류장",
        "안전",
        "주차 단속",
        "불편하다",
        "없어지다",
        "고양시",
    ):
        found = {(hit.subject_id, hit.rank) for hit in search(query, limit=200).hits}
        expected = {(int(hit.id), hit.rank) for hit in ranker.search(query, reading, limit=200)}
        assert {pk for pk, _ in found} == {pk for pk, _ in expected}, query
        assert len(found ^ expected) <= 2 + len(expected) // 20, query
