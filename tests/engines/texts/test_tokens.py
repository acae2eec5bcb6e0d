import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.texts.bulk import tokenise_by_words, tokenise_many
from madang.engines.texts.light import LightTokenizer, english_tokens
from madang.engines.texts.tokens import char_bigrams, index_terms
from madang.engines.texts.vocabulary import GYEONGGI, SEOUL


def test_there_are_31_and_25_municipalities():
    assert (len(set(GYEONGGI)), len(set(SEOUL))) == (31, 25)


@pytest.mark.parametrize("place", [*GYEONGGI, *SEOUL])
@pytest.mark.parametrize("frame", ["{}에서 살고 있습니다", "{}의 고양이", "저는 {} 주민입니다", "{}청에 문의했습니다"])
def test_every_municipality_is_one_word_in_every_surrounding(kiwi, place, frame):
    assert place in kiwi.tokenise(frame.format(place))


def test_goyang_is_no_cat(kiwi):
    assert kiwi.tokenise("고양시 길고양이와 고양이") == ["고양시", "길고양이", "고양이"]
    assert "고양시" not in kiwi.tokenise("고양이가 시끄러워요")
    assert "고양" not in index_terms("고양이를 돌봐요", kiwi).tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("고양시청", ["고양시", "시청"]),
        ("고양특례시민", ["고양시", "시민"]),
        ("강남구의회", ["강남", "강남구", "구의회"]),
        ("서울특별시", ["서울시"]),
        ("시끄러워서 잠을 못 자요", ["시끄럽다", "잠", "자다"]),
        ("지하철이 붐벼요", ["지하철", "붐비다"]),
        ("CCTV를 늘려주세요", ["cctv", "늘리다"]),
        ("Please fix the streetlights 가로등", ["fix", "streetlight", "가로등"]),
        ("", []),
        ("!!! ㅋㅋㅋ", []),
    ],
)
def test_words_as_a_reader_would_cut_them(kiwi, text, tokens):
    assert kiwi.tokenise(text) == tokens


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("복지관", ("복지",)),
        ("분리수거", ("분리", "수거")),
        ("전통시장", ("전통", "시장")),
        ("사회적기업", ("사회", "기업")),
        ("고양이", ()),
        ("쓰레기", ()),
        ("대통령", ()),
        ("자전거", ()),
        ("지하철", ()),
        ("고양시", ("고양",)),
    ],
)
def test_compounds_are_opened_and_other_words_are_not(kiwi, word, parts):
    assert kiwi.parts(word) == parts


def test_atoms_spell_the_compound(kiwi):
    assert kiwi.atoms("주민참여예산") == ("주민", "참여", "예산")
    assert kiwi.atoms("복지관") == ("복지관",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_tokens_are_safe_words_of_an_index(kiwi, text):
    for token in index_terms(text, kiwi).tokens:
        assert token
        assert not any(ch.isspace() for ch in token)


@given(st.text(max_size=80))
def test_light_tokens_need_no_model_and_never_fail(text):
    assert all(LightTokenizer().tokenise(text))


def test_light_tokens_of_ordinary_sentences():
    assert LightTokenizer().tokenise("고양시에서는 고양이가 복지관까지") == ["고양시", "고양이", "복지관"]
    assert english_tokens("The parks were closed") == ["park", "clos"] or "park" in english_tokens(
        "The parks were closed"
    )


def test_bulk_gives_the_same_tokens_whatever_the_processes(kiwi, voices):
    texts = [v["title"] for v in voices[:150]]
    expected = [kiwi.tokenise(t) for t in texts]
    assert list(tokenise_many(texts)) == expected
    assert list(tokenise_many(iter(texts), processes=2)) == expected


def test_word_by_word_agrees_with_context_on_most_nouns(kiwi, voices):
    texts = [v["title"] + " " + v["body"][:300] for v in voices[::10]]
    quick = tokenise_by_words(texts, rare=0)
    shared = total = 0
    for text, tokens in zip(texts, quick, strict=True):
        exact = set(kiwi.tokenise(text))
        shared, total = shared + len(exact & set(tokens)), total + len(exact)
    assert shared / total > 0.85


def test_bigrams_stay_inside_words():
    assert char_bigrams("층간소음 문제 A4") == ["층간", "간소", "소음", "문제"]
