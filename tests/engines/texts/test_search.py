from collections import Counter
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.texts.query import query_plan
from madang.engines.texts.ranking import K1, B, corpus_of
from madang.engines.texts.search import Ranker, search_texts, snippet_positions
from madang.engines.texts.sieve import Sieve
from madang.engines.texts.similar import score_candidates, similar_texts
from madang.engines.texts.tokens import IndexTerms, index_terms
from madang.engines.texts.vocabulary import GYEONGGI, SEOUL

TEXTS = {
    "a": "층간 소음 때문에 잠을 못 잡니다",
    "b": "층간소음 이웃사이센터를 늘려 주세요",
    "c": "노인복지관에 승강기가 필요합니다",
    "d": "고양시 버스 노선을 늘려 주세요",
    "e": "길고양이와 고양이 급식소",
    "f": "쓰레기 분리 수거일을 알려 주세요",
    "g": "시끄러운 오토바이를 단속해 주세요",
    "h": "안양시에서 고양이를 만났다",
}
WORDS = st.lists(st.sampled_from(["공원", "나무", "버스", "노선", "소음"]), max_size=6)


@pytest.fixture(scope="module")
def ranker(kiwi):
    return Ranker(list(TEXTS), [index_terms(t, kiwi) for t in TEXTS.values()])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("층간소음", {"a", "b"}),
        ("층간 소음", {"a", "b"}),
        ("복지", {"c"}),
        ("복지관", {"c"}),
        ("고양시", {"d"}),
        ("고양이", {"e", "h"}),
        ("분리수거", {"f"}),
        ("시끄럽다", {"g"}),
        ("시끄러워요", {"g"}),
        ("없는말", set()),
        ("", set()),
        ("!?", set()),
    ],
)
def test_forms_a_person_would_expect_to_find(ranker, kiwi, query, expected):
    assert {h.id for h in ranker.search(query, kiwi)} == expected


@pytest.mark.parametrize("place", [*GYEONGGI, *SEOUL])
def test_a_place_has_no_fallback_by_syllables(kiwi, place):
    plan = query_plan(place, kiwi)
    assert place in plan.must
    assert plan.bigrams == ()


def test_exact_words_stand_before_syllable_pairs(kiwi):
    texts = ["복지부동하는 자세", "복지 예산"]
    hits = Ranker(["x", "y"], [IndexTerms(("복지부동",), ("복지", "지부")), index_terms(texts[1], kiwi)]).search(
        "복지", kiwi
    )
    assert [(h.id, h.rank) for h in hits] == [("y", 1), ("x", 2)]


def test_a_compound_as_typed_stands_before_its_parts_scattered(kiwi):
    texts = [
        "자전거를 타고 출근하다 도로에서 넘어졌어요",
        "자전거 도로가 끊겼어요",
        "음식물 쓰레기",
        "음식을 먹고 물과 쓰레기",
    ]
    ranker = Ranker(list("abcd"), [index_terms(t, kiwi) for t in texts])
    assert [(h.id, h.rank) for h in ranker.search("자전거도로", kiwi)] == [("b", 1), ("a", 2)]
    assert [h.id for h in ranker.search("음식물쓰레기", kiwi) if h.rank == 1] == ["c"]


def naive_bm25(query, documents):
    """The slow obvious twin: the formula, written out."""
    n, mean = len(documents), sum(map(len, documents)) / len(documents)
    scores = []
    for d in documents:
        score = 0.0
        for w in query:
            df = sum(w in other for other in documents)
            tf = Counter(d)[w]
            score += (
                log(1 + (n - df + 0.5) / (df + 0.5)) * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(d) / mean))
                if tf
                else 0.0
            )
        scores.append(score)
    return scores


class Plain:
    """A tokeniser of blanks."""

    name = "plain"

    def tokenise(self, text):
        return text.split()

    def tokenise_batch(self, texts):
        return map(self.tokenise, texts)

    def parts(self, token):
        return ()


@given(st.lists(WORDS.filter(bool), min_size=1, max_size=8), WORDS.filter(bool))
@settings(deadline=None)
def test_ranker_agrees_with_the_formula(documents, query):
    terms = [IndexTerms(tuple(d), ()) for d in documents]
    words = list(dict.fromkeys(query))
    expected = {
        str(i): s
        for i, (s, d) in enumerate(zip(naive_bm25(words, documents), documents, strict=True))
        if set(words) <= set(d)
    }
    hits = Ranker([str(i) for i in range(len(documents))], terms).search(" ".join(query), Plain(), limit=99)
    assert {h.id: h.score for h in hits} == pytest.approx(expected, abs=1e-5)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_the_sieve_loses_nothing(kiwi, voices):
    texts = [v["title"] + "\n" + v["body"][:400] for v in voices[::8]]
    ids = [v["id"] for v in voices[::8]]
    full = Ranker(ids, [index_terms(t, kiwi) for t in texts])
    for query in (
        "자전거",
        "버스 노선",
        "아이들",
        "시끄러운",
        "서울시",
        "복지",
        "위험하다",
        "school",
        "막다",
        "미세먼지",
    ):
        expected = {(h.id, h.rank) for h in full.search(query, kiwi, 999)}
        assert {(h.id, h.rank) for h in search_texts(ids, texts, query, kiwi, limit=999)} == expected, query


def test_sieve_lets_everything_through_for_short_verbs():
    assert Sieve(["막아요", "다른 말"]).all_of(["막다"]) == [0, 1]


def naive_cosine(query, other, idf):
    def vector(tokens):
        return {w: (1 + log(c)) * idf.get(w, max(idf.values(), default=1.0)) for w, c in Counter(tokens).items()}

    a, b = vector(query), vector(other)
    norm = (sum(v * v for v in a.values()) * sum(v * v for v in b.values())) ** 0.5
    return sum(a[w] * b[w] for w in a if w in b) / norm if norm else 0.0


@given(WORDS, st.lists(WORDS, max_size=6))
def test_similar_is_the_cosine_of_tfidf(query, candidates):
    idf = {w: corpus_of(candidates).idf(w) for tokens in candidates for w in tokens}
    found = {m.index: m.score for m in score_candidates(query, candidates, idf)}
    for i, other in enumerate(candidates):
        assert found.get(i, 0.0) == pytest.approx(naive_cosine(query, other, idf), abs=1e-5)


def test_similar_shows_shared_words_and_not_general_ones(kiwi):
    found = similar_texts(list(TEXTS.values()), "층간 소음이 너무 심해요", kiwi)
    assert {m.index for m in found[:2]} == {0, 1}
    assert set(found[0].shared) == {"층간", "소음"}
    assert similar_texts([], "층간 소음", kiwi) == []
    assert similar_texts(["공원"], "", kiwi) == []


def test_snippets_mark_stems_of_verbs():
    assert snippet_positions("시끄럽고 소음", ["시끄럽다", "소음"]) == ((0, 3), (5, 7))
