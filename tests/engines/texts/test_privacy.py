import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.engines.texts.privacy import KINDS, MARKS, mask


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hong.gd+1@example.co.kr 로 주세요", "email"),
        ("010-1234-5678", "phone"),
        ("01012345678", "phone"),
        ("010 1234 5678", "phone"),
        ("010.1234.5678", "phone"),
        ("(010) 1234-5678", "phone"),
        ("+82 10-1234-5678", "phone"),
        ("+821012345678", "phone"),
        ("82-10-1234-5678", "phone"),
        ("02-123-4567", "phone"),
        ("02)2133-1234", "phone"),
        ("031-228-1234", "phone"),
        ("0312281234", "phone"),
        ("070-1234-5678", "phone"),
        ("011-234-5678", "phone"),
        ("900101-1234567", "resident_number"),
        ("9001011234567", "resident_number"),
        ("900101-1******", "resident_number"),
        ("4111-1111-1111-1111", "card"),
        ("4111 1111 1111 1111", "card"),
        ("110-123-456789", "account"),
        ("123456-01-123456", "account"),
        ("국민은행 12345678901234", "account"),
        ("여권 M12345678", "passport"),
    ],
)
def test_personal_numbers_are_masked_and_counted(text, kind):
    masked = mask(f"문의: {text} 입니다")
    assert masked.counts == ((kind, 1),)
    assert MARKS[kind] in masked.text
    assert sum(ch.isdigit() for ch in masked.text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "2019-08-31",
        "2019.8.31.",
        "2017-06-12 10:30",
        "19-08-31",
        "20190831",
        "3,000,000원",
        "예산 1500000000원",
        "도로법 제12조의2제3항",
        "112, 119, 120, 1577-0199, 1588-1234, 1330",
        "서울시 강남구 테헤란로 123-45",
        "10-20대",
        "1:1",
        "37.5665, 126.9780",
        "2018년 1월 1일 ~ 12월 31일",
        "M버스 6427번",
        "500-1000명",
        "3.000원",
        "101동 1203호",
        "02학번",
        "제2019-123호",
        "100,000,000",
        "2015-2019-2021",
    ],
)
def test_dates_prices_articles_and_public_numbers_stay(text):
    assert mask(text).text == text


def test_several_kinds_are_counted_in_the_order_of_kinds():
    counts = mask("a@b.kr 010-1111-2222 010-3333-4444 900101-2345678").counts
    assert counts == (("email", 1), ("resident_number", 1), ("phone", 2))


@given(st.lists(st.one_of(st.text(), st.from_regex(r"01[016789]-\d{3,4}-\d{4}", fullmatch=True))))
def test_spans_are_ordered_apart_and_outside_them_nothing_changes(pieces):
    text = " ".join(pieces)
    masked = mask(text)
    rebuilt, at = "", 0
    for span in masked.spans:
        assert at <= span.start < span.end
        assert span.kind in KINDS
        rebuilt += text[at : span.start] + MARKS[span.kind]
        at = span.end
    assert masked.text == rebuilt + text[at:]
    assert masked.total == sum(n for _, n in masked.counts)


@given(st.text())
def test_masking_twice_changes_nothing(text):
    once = mask(text).text
    assert mask(once).text == once
