import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.engines.texts.normalise import bare, clean, for_tokens, strip_boilerplate


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text())
def test_cleaned_text_is_composed_and_free_of_controls(text):
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(ch) == "Cc" and ch != "\n" for ch in cleaned)


@given(st.text())
def test_every_text_survives_all_steps(text):
    for_tokens(text)
    assert all(ch.isalnum() for ch in bare(text))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("위험해요ㅋㅋㅋㅋㅋ", "위험해요"),
        ("제발!!!!!!", "제발!"),
        ("보세요 https://www.seoul.go.kr/a?b=1 링크", "보세요 링크"),
        ("자세히 www.seoul.go.kr에서", "자세히 에서"),
        ("<b>굵게</b>&nbsp;쓴 글", "굵게 쓴 글"),
        ("야아아아아아", "야아아"),
        ("메일 a@b.co.kr 입니다", "메일 입니다"),
        ("1000000원", "1000000원"),
    ],
)
def test_noise_is_removed_before_tokenising(raw, expected):
    assert for_tokens(raw) == expected


def test_nfd_text_of_a_mac_becomes_syllables():
    assert clean(unicodedata.normalize("NFD", "층간 소음")) == "층간 소음"


@pytest.mark.parametrize(
    "notice",
    [
        "[관리자 공지] 본 글은 수정되었습니다.",
        "[본 게시물의 일부 내용이 국민 청원 요건에 위배되어 관리자에 의해 수정되었습니다]",
        "자세한 내용은 첨부파일을 참조해주세요.",
    ],
)
def test_notices_of_administrators_are_no_voice(notice):
    assert strip_boilerplate(f"도로가 파였습니다. {notice}") == "도로가 파였습니다."


def test_a_citizen_who_writes_about_administrators_keeps_the_sentence():
    text = "아파트 관리자가 공지를 늦게 합니다"
    assert strip_boilerplate(text) == text
