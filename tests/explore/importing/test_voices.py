"""From a row to a voice: dates, numbers, mark-up, personal data, lengths."""

from __future__ import annotations

import gzip
import json
import re
import time
from datetime import UTC, date, datetime
from itertools import islice

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.engines.texts import privacy
from madang.explore.proposals.importing import voices
from madang.explore.proposals.importing.markup import plain
from madang.explore.proposals.importing.problems import Raw, RowError
from madang.explore.proposals.importing.values import address_of, count_of, field_of, moment_of, text_of
from madang.explore.proposals.importing.voices import Rules, excerpt, interpret

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
RULES = Rules(source="file", now=NOW)


def voice(rules=RULES, **cells):
    given_ = {"id": "1", "title": "제목", "body": "내용", "date": "2026-01-02", **cells}
    return interpret(Raw(2, given_), rules)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-31", "2026-03-31T00:00"),
        ("2026. 3. 31.", "2026-03-31T00:00"),
        ("2026.03.31 14:05", "2026-03-31T14:05"),
        ("2026/3/31 오후 2:05:09", "2026-03-31T14:05:09"),
        ("2026-03-31 (화) 09:00", "2026-03-31T09:00"),
        ("2026년 3월 31일", "2026-03-31T00:00"),
        ("2026-03-31 오전 12:30", "2026-03-31T00:30"),
        ("20260331", "2026-03-31T00:00"),
        (date(2026, 3, 31), "2026-03-31T00:00"),
        (datetime(2026, 3, 31, 14, 5), "2026-03-31T14:05"),
    ],
)
def test_dates_as_people_write_them(written, meant):
    assert moment_of(written) == timezone.make_aware(datetime.fromisoformat(meant))


def test_a_date_with_a_zone_keeps_it():
    assert moment_of("2026-03-31T00:00:00Z") == datetime(2026, 3, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["어제", "2026-13-01", "31/03/2026", "2026-02-30", "0001-01-01", "2026-01-01 25:00", "2" * 99]
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(RowError):
        moment_of(written)


def test_today_is_not_the_future_and_tomorrow_is():
    assert voice(date="2026-11-22").created_at < NOW
    with pytest.raises(RowError, match="future"):
        voice(date="2026-11-23")
    with pytest.raises(RowError, match="future"):
        voice(opinion="검토했습니다", answered="2027-01-01")


def test_numbers_of_supports():
    assert [count_of(one) for one in (None, "", " ", 7, 3.0, "1,234", "1,234명", "0")] == [0, 0, 0, 7, 3, 1234, 1234, 0]
    for wrong in ("-1", "많음", 2.5, "1e99", 3_000_000_000, "nan"):
        with pytest.raises(RowError, match="number of supports"):
            count_of(wrong)


def test_cells_of_a_spreadsheet_are_texts():
    assert [text_of(one) for one in (None, 41110.0, 7, True, "=1+1")] == ["", "41110", "7", "True", "=1+1"]
    for wrong in ([1], {"a": 1}, "\ud800"):
        with pytest.raises(RowError):
            text_of(wrong)


def test_fields_and_addresses():
    assert [field_of(one) for one in ("일자리", "교통/건축/국토", "jobs", "정치개혁", None)] == [
        "jobs",
        "housing_safety",
        "jobs",
        "",
        "",
    ]
    assert address_of("https://example.org/제안?id=1") == "https://example.org/제안?id=1"
    for hostile in (
        "javascript:alert(1)",
        "https://a b",
        "//x.kr",
        'https://x.kr/"onclick="',
        "ftp://x.kr",
        "http://[",
        "",
    ):
        assert address_of(hostile) == ""


@pytest.mark.parametrize("name", ["id", "title", "body", "date"])
@pytest.mark.parametrize("value", ["", "  ", None, "\u200b"])
def test_a_needed_value_missing_refuses_the_row(name, value):
    with pytest.raises(RowError, match="no "):
        voice(**{name: value})


def test_without_a_column_of_dates_rows_take_the_time_of_the_import():
    assert voice(Rules("file", NOW, dated=False), date=None).created_at == NOW


def test_a_long_title_stands_whole_at_the_top_of_the_body():
    title = "가" * 200
    found = voice(title=title)
    assert len(found.title) == 150
    assert found.title.endswith("…")
    assert found.body == f"{title}\n\n내용"


def test_what_is_longer_than_a_voice_is_refused():
    assert len(voice(body="가" * 20_000).body) == 20_000
    for cells in ({"body": "가" * 20_001}, {"body": "<b>" * 40_000}, {"opinion": "가" * 10_001}, {"id": "1" * 81}):
        with pytest.raises(RowError):
            voice(**cells)


def test_control_characters_go_and_quotes_stay():
    found = voice(title="가\x00나\u202e다", body="=cmd|' /C calc'!A0\x07\r\n@둘")
    assert (found.title, found.body) == ("가나다", "=cmd|' /C calc'!A0\n@둘")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1) ",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<\u200bscript>alert(1)</script>",
    "<&#8203;script>alert(1)</script>",
    "<scr\x00ipt>x</scr\x00ipt>",
    '<a href="javascript:alert(1)">여기</a>',
    "<svg/onload=alert(1)>",
    "<!--<img src=x>--><iframe srcdoc='<script>1</script>'>",
    "<style>*{display:none}</style>",
    "<" * 50 + "a" + ">" * 50,
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_mark_up_becomes_text(hostile):
    found = voice(title=f"앞 {hostile} 뒤", body=f"앞 {hostile} 뒤", author=hostile, department=hostile)
    for words in (found.title, found.body, found.author, found.office):
        assert not re.search(r"<[!?/]?[a-zA-Z]", words), words
    assert found.body.startswith("앞")
    assert found.body.endswith("뒤")


def test_words_that_only_look_like_mark_up_stay():
    assert plain("물가가 3 < 5 이면 <서울> & 경기 AT&T, a<3>b") == "물가가 3 < 5 이면 <서울> & 경기 AT&T, a<3>b"
    assert plain("<p>첫째</p><p>둘째<br>셋째</p>") == "첫째\n둘째\n셋째"


@pytest.mark.parametrize("bad", ["<script", "<a<", "<!--", "</script><script", "<style></style", "&lt;", "< ", "<a "])
def test_no_text_takes_long(bad):
    started = time.perf_counter()
    plain(bad * (90_000 // len(bad)))
    assert time.perf_counter() - started < 2


def test_personal_data_are_masked_and_counted():
    found = voice(body="전화 010-1234-5678, 메일 a@b.kr", title="c@d.kr 로 답 주세요", opinion="담당 010-1111-2222")
    assert "010" not in found.body + found.answer
    assert found.masked == {"email": 2, "phone": 2}
    left = voice(Rules("file", NOW, mask=False), body="전화 010-1234-5678")
    assert left.body == "전화 010-1234-5678"
    assert not left.masked


SUSPECTS = st.lists(
    st.sampled_from(
        ["010-1234-5678", "+82 (0)10.1234.5678", "900101-1******", "9001011234567", "a@b.kr", "M12345678", "m123A4567", "02)123-4567",
         "계좌 12345678901", "110-123-456789", "4111 1111 1111 1111", "2019년 8월 31일", "3,000,000원", "1577-0000", "국민 ", "\n"]
    ),
    max_size=6,
).map(" ".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(SUSPECTS | st.text("0123456789-. )(+@aMkr년월일\n", max_size=40))
def test_looking_first_misses_nothing_that_the_engine_masks(words):
    assert voices._SUSPECT.search(words) or not privacy.find(words)


def test_looking_first_misses_nothing_in_real_voices(shared):
    with gzip.open(shared / "voices" / "seoul_proposals.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 1500):
            words = json.loads(line)["body"]
            assert voices._SUSPECT.search(words) or not privacy.find(words)


def test_an_excerpt_shows_no_personal_data():
    assert (
        excerpt(Raw(1, {"id": 3, "title": "<b>연락</b>", "body": "010-1234-5678"}), mask=True)
        == "3 · 연락 · [전화번호]"
    )
    assert excerpt(Raw(1, problem="x", excerpt="\udcff가"), mask=True) == "\ufffd가"
