"""Near-duplicates by way of the database."""

import pytest
from django.utils import timezone

from madang.engines.texts import duplicates
from madang.ground.participation.search import index
from madang.ground.participation.search.find import duplicate_pairs, near_duplicates

BODY = (
    "우리 동네 초등학교 앞 횡단보도에는 신호등이 없어서 아침마다 아이들이 위험하게 길을 건넙니다. "
    "출근하는 차들이 속도를 줄이지 않고 지나가서 지난달에도 사고가 날 뻔했습니다. "
    "신호등을 설치하고 과속 단속 카메라를 달아 주시기 바랍니다. 아이들의 안전을 위해 꼭 필요합니다."
)
OTHER = (
    "도서관이 밤 여섯 시에 문을 닫아서 직장인은 평일에 책을 빌릴 수가 없습니다. "
    "일주일에 하루만이라도 밤 아홉 시까지 열어 주시면 퇴근하고 들를 수 있습니다."
)


@pytest.fixture
def voices_of(voices):
    return lambda *bodies: voices(*[(body[:20], body) for body in bodies])


def test_an_edited_copy_is_found_and_an_unrelated_text_is_not(voices_of):
    one, copy, other = voices_of(BODY, BODY.replace("초등학교", "초등 학교").replace("꼭 ", ""), OTHER)
    (near,) = near_duplicates(one)
    assert (near.subject_id, near.kind) == (copy, "near")
    assert near.score > 0.7
    assert near_duplicates(other) == []


def test_a_text_that_holds_a_good_part_of_another_is_found(voices_of):
    one, mixed = voices_of(BODY, f"{OTHER} {BODY[:110]} {OTHER[::-1]}")
    assert [near.kind for near in near_duplicates(one)] in (["overlap"], [])
    assert {near.subject_id for near in near_duplicates(one)} <= {mixed}


def test_hidden_copies_are_left_out(voices_of):
    one, copy = voices_of(BODY, BODY + " 부탁드립니다.")
    index.set_visible([copy], visible=False)
    assert near_duplicates(one) == []
    assert list(duplicate_pairs()) == []


def test_pairs_are_those_of_the_engine_each_once(voices_of):
    bodies = [BODY, OTHER, BODY.replace(" ", ""), OTHER + " 고맙습니다.", "전혀 다른 이야기를 하는 짧은 글입니다."]
    ids = voices_of(*bodies)
    expected = duplicates.find([str(pk) for pk in ids], [f"{body[:20]}\n{body}" for body in bodies])
    found = list(duplicate_pairs())
    assert {(str(a), str(b)) for a, b, _ in found} == {tuple(sorted((p.a, p.b), key=int)) for p in expected.pairs}
    assert len(found) == len(expected.pairs) == 2


def test_pairs_since_a_moment_hold_a_voice_indexed_since(voices_of):
    voices_of(BODY, BODY + " 부탁드립니다.")
    moment = timezone.now()
    assert list(duplicate_pairs(since=moment)) == []
    (newer,) = voices_of(BODY + " 감사합니다.")
    assert {newer in pair[:2] for pair in duplicate_pairs(since=moment)} == {True}


def test_a_wave_of_copies_stays_bounded(voices_of, django_assert_max_num_queries):
    ids = voices_of(*[f"{BODY} {n}번째 서명입니다." for n in range(60)])
    with django_assert_max_num_queries(5):
        found = near_duplicates(ids[0])
    assert 10 <= len(found) <= 20
