import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.explore.proposals import text


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[눌러](javascript:alert(1))",
        "[눌러](data:text/html;base64,PHNjcmlwdD4=)",
        "<style>*{display:none}</style>",
        "<a href='x' onclick='alert(1)'>a</a>",
        "<form action=//evil><input name=password></form>",
        '<iframe src="//evil"></iframe>',
        "[a](JaVaScRiPt:alert(1))",
        "![x](https://tracker.example/pixel.png)",
    ],
)
def test_nothing_that_runs_loads_or_asks_comes_through(attack):
    html = text.render(attack)
    assert not re.search(r"<(script|img|style|form|input|iframe)|\son\w+=[^&]*>", html, re.IGNORECASE)
    assert not re.search(r'href="\s*(javascript|data)', html, re.IGNORECASE)


@given(st.text(max_size=300))
def test_whatever_is_typed_only_known_tags_come_out(typed):
    tags = {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z][\w-]*)", text.render(typed))}
    assert tags <= text.TAGS


def test_plain_korean_letters_are_not_tripped_over():
    html = text.render("    한 칸 들여 쓴 첫 문장입니다.\n둘째 줄\n-----\n좋아요~~ 정말요~~ <3")
    assert "<pre" not in html
    assert "<h" not in html.replace("<hr", "")
    assert "<del" not in html
    assert "<br" in html


def test_headings_stay_below_those_of_the_page():
    assert "<h3>큰 제목</h3>" in text.render("# 큰 제목")
    assert "<h5>작은 제목</h5>" in text.render("##### 작은 제목")


def test_links_lead_out_without_vouching():
    html = text.render("[자료](https://example.org/a)")
    assert 'href="https://example.org/a"' in html
    assert "nofollow" in html
    assert "noopener" in html


def test_an_excerpt_holds_words_not_marks():
    assert text.excerpt("# 제목\n\n**굵게** & <b>\n- 하나\n- 둘") == "제목 굵게 & <b> 하나 둘"


@given(st.text(max_size=1000), st.integers(20, 220))
def test_an_excerpt_is_never_longer_than_asked(typed, length):
    assert len(text.excerpt(typed, length)) <= length + 1


def test_personal_data_is_masked_and_counted():
    done = text.for_publication("010-1234-5678, 02-123-4567로 a@b.kr 주세요")
    assert done.masked == {"phone": 2, "email": 1}
    assert "1234" not in done.text
    assert "[이메일]" in done.text


def test_contacts_stay_if_the_writer_wants_but_never_a_resident_number():
    done = text.for_publication("문의 a@b.kr, 900101-1234567", keep_contacts=True)
    assert "a@b.kr" in done.text
    assert "1234567" not in done.text
    assert done.masked == {"resident_number": 1}


def test_a_comparison_gives_back_both_texts():
    before, after = "가로등이 어둡습니다.\n고쳐 주세요", "골목 가로등이 몹시 어둡습니다.\n\n고쳐 주세요"
    pieces = text.compare(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


@given(st.text("가나 \n", max_size=60), st.text("가나 \n", max_size=60))
def test_any_comparison_gives_back_both_texts(before, after):
    pieces = text.compare(before, after)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == after


def test_comparing_the_longest_texts_takes_no_second():
    once = "버스가 너무 늦게 옵니다. " * 1400
    words = [f"낱말{random.Random(number).randrange(150)}" for number in range(4000)]
    for before, after in [(once, once.replace("늦게", "드물게", 700)), (" ".join(words), " ".join(reversed(words)))]:
        started = time.process_time()
        text.compare(before, after)
        assert time.process_time() - started < 1
